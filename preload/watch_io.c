/* SPDX-License-Identifier: MIT */
/* watch_io.c - sending into the void, and resets that arrive. */
#include <errno.h>
#include <linux/sockios.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>

#include "rstwatch/payload.h"

#include "predict.h"
#include "process.h"
#include "raw.h"
#include "readable.h"
#include "watch.h"

/*
 * Unread bytes from which on a peer on this host is asked about although no
 * FIN of it was seen: its FIN may wait behind our full window (kernel.md 3.9).
 * A smaller receive buffer than this can't be had: SOCK_MIN_RCVBUF is 2304.
 */
enum { WINDOW_MAY_BE_FULL = 1024 };

static const uint64_t SIGPIPE_BIT = UINT64_C(1) << (SIGPIPE - 1);

static struct watch_hold sigpipe_hold(void)
{
	struct watch_hold hold = {.error = errno};

	hold.is_held = raw_block_these(SIGPIPE_BIT, &hold.old_mask) == 0;
	return hold;
}

void watch_let_go(struct watch_hold hold)
{
	int saved = errno;

	if (LIKELY(!hold.is_held))
		return;
	/* A handler runs just now; without us, before errno was set. */
	errno = hold.error;
	raw_restore_signals(&hold.old_mask);
	errno = saved;
}

static void send_look(struct desc *d, int fd, enum rst_call call,
		      struct amount amount)
{
	const struct subject s = {fd, d, call, fd, fd};
	const ssize_t least = amount_least(amount);
	const struct rst_act act = {
		.kind = RST_ACT_SEND,
		.bytes = least > 0 ? (size_t)least : 0,
	};

	enum rst_certainty certainty;

	/* Once: the first such segment draws the reset. */
	if (least == 0 || desc_has(d, DESC_SEND_TOLD))
		return;
	certainty = predict(&s, &act, RST_WANT_NAMES | RST_WANT_PEER);
	if (certainty)
		desc_mark(d, certainty == RST_CERTAIN
				     ? DESC_SEND_TOLD | DESC_SEND_SURE
				     : DESC_SEND_TOLD);
}

/* Only a cork that is taken out, and Nagle's algorithm that is left. */
static bool lets_go(int name, const void *value, socklen_t len)
{
	int number;

	if (len < sizeof(number) || !is_readable(value, sizeof(number)))
		return false;
	memcpy(&number, value, sizeof(number));
	return name == TCP_CORK ? !number : number;
}

void watch_flush(struct desc *d, int fd, int name, const void *value,
		 socklen_t len)
{
	int unsent = sockopt_queue(fd, SIOCOUTQNSD);

	if (unsent > 0 && lets_go(name, value, len))
		send_look(d, fd, CALL_setsockopt, amount_bytes((size_t)unsent));
}

struct watch_hold watch_send_rest(struct desc *d, int fd, enum rst_call call,
				  struct amount amount, short seen,
				  uint64_t now)
{
	const struct watch_hold none = {.ticks = now};

	if (desc_has(d, DESC_DEFERRED))
		watch_first_write(d, fd, call);
	/* POLLERR alone is a message in the error queue (tcp_poll()). */
	if (seen & POLLHUP) {
		/* The connection is over: this sends nothing, but may tell. */
		if (desc_has(d, DESC_RESET_TOLD) || !process_is_ours())
			return none;
		return sigpipe_hold();
	}
	if (seen & (POLLRDHUP | POLLNVAL)) {
		desc_mark(d, DESC_PEER_FIN);
		send_look(d, fd, call, amount);
	} else if (!(seen & (POLLIN | POLLPRI))) {
		/* Who is silent for long may have vanished without a FIN. */
		if (desc_is_idle(d, now) && desc_has_local_peer(fd, d))
			send_look(d, fd, call, amount);
	} else if ((desc_has(d, DESC_SHARED) || desc_has_local_peer(fd, d)) &&
		   (desc_is_idle(d, now) || desc_has(d, DESC_POLL_BLIND) ||
		    rst_probe_inq(fd) >= WINDOW_MAY_BE_FULL)) {
		send_look(d, fd, call, amount);
	}
	return none;
}

/* errno values that say that the other side, or the kernel, gave up. */
static bool is_reset(const struct desc *d, enum rst_call call, int error)
{
	switch (error) {
	case ECONNRESET:
	case ECONNREFUSED:
	case ECONNABORTED:
	case ETIMEDOUT: return true;
	/* After our own shutdown(SHUT_WR) it is our own doing. */
	case EPIPE: return !desc_has(d, DESC_SHUT_WR);
	/* There was a connection, and it has not ended by our FIN. */
	case ENOTCONN:
		return call == CALL_shutdown && desc_has(d, DESC_CONNECTED) &&
		       !desc_has(d, DESC_SHUT_WR);
	default: return false;
	}
}

/* True if errno says so. */
static bool error_look(struct desc *d, int fd, enum rst_call call)
{
	if (!is_reset(d, call, errno))
		return false;
	if (!desc_has(d, DESC_RESET_TOLD)) {
		desc_mark(d, DESC_RESET_TOLD);
		predict_received(fd, d, call, errno);
	}
	return true;
}

void watch_received_error(struct desc *d, int fd, enum rst_call call)
{
	error_look(d, fd, call);
}

bool watch_received_rest(struct desc *d, const void *bytes, ssize_t result,
			 bool may_be_eof)
{
	/* No connection yet: its first write is still to be looked at. */
	if (desc_has(d, DESC_DEFERRED) && result == 0)
		return false;
	/* Whoever closes on the rest of a body wants to be told that it is
	 * one. */
	if (DESC_GET(d->last_read.ticks) == 0 && bytes &&
	    rst_payload_stays_http(bytes, (size_t)result))
		desc_mark(d, DESC_HTTP);
	if (result == 0 && may_be_eof)
		desc_mark(d, DESC_EOF);
	return true;
}

void watch_sent_rest(struct desc *d, int fd, enum rst_call call, uint64_t life,
		     ssize_t result, struct watch_hold hold)
{
	bool is_same = desc_life(d) == life;

	if (is_same && result >= 0) {
		DESC_SET(d->write_by, (uint8_t)call);
		DESC_SET(d->last_write.result, result);
		DESC_SET(d->last_write.ticks, clock_ticks());
	} else if (is_same && !error_look(d, fd, call) && errno != EAGAIN &&
		   errno != EINTR) {
		/* Refused: the reset is still to come. */
		desc_unmark(d, DESC_SEND_TOLD | DESC_SEND_SURE);
	}
	watch_let_go(hold);
}
