/* SPDX-License-Identifier: MIT */
/* watch.c - closing, shutting down, ending: the calls that end a socket. */
#include "watch.h"

#include <fcntl.h>
#include <limits.h>
#include <linux/sockios.h>
#include <netinet/tcp.h>
#include <poll.h>

#include "logfile.h"
#include "predict.h"
#include "process.h"
#include "raw.h"
#include "sink.h"
#include "sockopt.h"

/*
 * Sockets that the process was started with count at its end even if it never
 * touches them; whoever hands some over gives them low numbers.
 */
enum { INHERITED_BELOW = 64 };

void watch_forked(void)
{
	thread_forked();
	predict_forked();
}

void watch_start(void)
{
	predict_forked();
	desc_start();
	for (int fd = 0; fd < INHERITED_BELOW; fd++)
		if (rst_probe_kind(fd) != RST_PROBE_NOT_TCP)
			desc_learn(fd);
}

bool watch_owns(int fd)
{
	return logfile_owns(fd) || rst_diag_owns(&predict_diag, fd);
}

int watch_owned_in(unsigned first, unsigned last)
{
	const int ours[] = {logfile_number(), DESC_GET(predict_diag.fd) - 1};
	int lowest = -1;

	for (int i = 0; i < 2; i++)
		if (ours[i] >= 0 && (unsigned)ours[i] >= first &&
		    (unsigned)ours[i] <= last &&
		    (lowest < 0 || ours[i] < lowest) && watch_owns(ours[i]))
			lowest = ours[i];
	return lowest;
}

void watch_yield(int fd)
{
	/* The netlink socket notices by itself that its number is gone. A
	 * vfork child moves nothing: the numbers are its parent's too. */
	if (logfile_owns(fd) && process_is_ours())
		logfile_yield();
}

void watch_stop(enum rst_call call)
{
	if (desc_limit == 0 || !process_is_ours())
		return;
	DESC_SET(desc_limit, 0);
	sink_stop(call);
	rst_diag_after_fork(&predict_diag);
}

/*
 * Flags that say that the kernel's answer is not to be had by the three cheap
 * questions of looks_quiet(): a listener's queue, a mark that hides data, a
 * fast-open child whose data SIOCINQ doesn't count, options that abort.
 */
static const unsigned NOT_QUIET = DESC_LISTENER | DESC_URGENT | DESC_FASTOPEN |
				  DESC_LINGER_ZERO | DESC_LINGER2;

/* The same of a socket on which others may have set what we can't know of. */
static bool is_plain(int fd)
{
	return rst_probe_linger(fd) == RST_LINGER_OFF &&
	       sockopt_int(fd, IPPROTO_TCP, TCP_LINGER2, -1) >= 0 &&
	       sockopt_queue(fd, SIOCATMARK) == 0;
}

/*
 * The kernel forgets a connection whose FIN we got after tcp_fin_timeout or
 * TCP_LINGER2, but not before 3.5 times the smallest RTO of 200 ms
 * (tcp_fin_time()). Until then a FIN from us still meets somebody; and the
 * time began after we last sent, if no FIN was there then. One that vanished
 * without a FIN can't be told from one that is silent: only the silent ones
 * are asked about, for to ask costs more than the close.
 */
static bool peer_may_have_forgotten(int fd, const struct desc *d, short seen)
{
	const uint64_t soon_ns = 600 * 1000 * 1000;
	uint64_t sent = DESC_GET(d->last_write.ticks);
	uint64_t ago;

	/* What was held back (a cork, Nagle's rule) leaves with the FIN. */
	if (seen & POLLRDHUP && sockopt_queue(fd, SIOCOUTQNSD) > 0)
		return true;
	if (!desc_has(d, DESC_LOCAL_PEER))
		return false;
	if (!(seen & POLLRDHUP))
		return desc_is_idle(d);
	ago = desc_has(d, DESC_PEER_FIN) ? 0 : clock_ago(sent);
	return ago == 0 || ago > soon_ns;
}

/*
 * True if closing fd is sure to be harmless, by at most three system calls
 * (kernel.md 3.16): nothing unread (SIOCINQ, and no urgent mark to hide it),
 * linger off as remembered, and no FIN into the void.
 */
static bool looks_quiet(int fd, const struct desc *d)
{
	bool is_shared = desc_has(d, DESC_SHARED) ||
			 DESC_GET(d->forks) != process_forks();
	short seen;

	if (DESC_GET(d->flags) & NOT_QUIET || (is_shared && !is_plain(fd)))
		return false;
	if (rst_probe_inq(fd) != 0)
		return false;
	seen = rst_probe_glance(fd);
	return !(seen & POLLPRI) && !peer_may_have_forgotten(fd, d, seen);
}

static void close_look(const struct subject *s)
{
	const struct rst_act act = {.kind = RST_ACT_CLOSE};

	if (desc_has(s->d, DESC_CLOSE_TOLD))
		return;
	if (!looks_quiet(s->fd, s->d) &&
	    predict(s, &act, RST_WANT_ALL | RST_WANT_CLOSE))
		desc_mark(s->d, DESC_CLOSE_TOLD);
	else if (UNLIKELY(sink_shows(RST_INFO)) &&
		 desc_has(s->d, DESC_CONNECTED))
		predict_tell(RST_CONNECTION_CLOSED, s->fd, s->d, s->call);
}

void watch_close(int fd, enum rst_call call)
{
	struct desc *d = desc_tcp(fd);

	if (d) {
		/* A vfork child's descriptors are its own, our memory isn't. */
		if (!process_is_ours())
			return;
		close_look(&(struct subject){fd, d, call, fd, fd});
		/* Before the call: the number is anybody's when it is done. */
		desc_forget(fd);
	}
	/*
	 * What is no TCP socket stays so: what comes next at this number is
	 * one only through calls that say so (socket, accept, SCM_RIGHTS), and
	 * not to ask saves two calls for each file that is opened and closed.
	 */
}

static void close_all(unsigned first, unsigned last, enum rst_call call)
{
	int from = first > INT_MAX ? INT_MAX : (int)first;
	int to = last > INT_MAX ? INT_MAX : (int)last;

	for (int fd = desc_next(from); fd >= 0 && fd <= to;
	     fd = desc_next(fd + 1))
		close_look(
			&(struct subject){fd, desc_peek(fd), call, from, to});
}

void watch_close_range(unsigned first, unsigned last, enum rst_call call)
{
	if (desc_limit == 0 || !process_is_ours())
		return;
	close_all(first, last, call);
	desc_forget_range(first, last);
}

void watch_exit(enum rst_call call)
{
	if (desc_limit == 0 || !process_is_ours())
		return;
	close_all(0, INT_MAX, call);
	sink_end();
}

void watch_exec(enum rst_call call)
{
	if (desc_limit == 0 || !process_is_ours())
		return;
	for (int fd = desc_next(0); fd >= 0; fd = desc_next(fd + 1))
		if (raw_fcntl(fd, F_GETFD, 0) == FD_CLOEXEC)
			close_look(&(struct subject){fd, desc_peek(fd), call, 0,
						     INT_MAX});
}

void watch_fork(void)
{
	if (desc_limit > 0 && process_is_ours())
		process_forks_now();
}

void watch_shutdown(struct desc *d, int fd, int how)
{
	const struct subject s = {fd, d, CALL_shutdown, fd, fd};
	const struct rst_act act = {.kind = RST_ACT_SHUTDOWN, .how = how};

	/* Data that waits may meet a peer whose FIN waits behind our window. */
	if (desc_has(d, DESC_LISTENER | DESC_SHARED) ||
	    peer_may_have_forgotten(fd, d, rst_probe_glance(fd)) ||
	    (desc_has(d, DESC_LOCAL_PEER) &&
	     sockopt_queue(fd, SIOCOUTQNSD) > 0))
		predict(&s, &act, RST_WANT_ALL);
}

void watch_was_shut(struct desc *d, int how)
{
	if (how == SHUT_RD)
		return;
	desc_mark(d, DESC_SHUT_WR);
	if (desc_has(d, DESC_SHARED))
		desc_mark_copies(d, DESC_SHUT_WR);
}
