/* SPDX-License-Identifier: MIT */
/* watch_socket.c - how a socket begins: addresses, options, refusals. */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <sys/syscall.h>

#include "rstwatch/address.h"

#include "aside.h"
#include "near.h"
#include "predict.h"
#include "process.h"
#include "raw.h"
#include "readable.h"
#include "relatives.h"
#include "sink.h"
#include "sockopt.h"
#include "watch.h"

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif

static void name_of(int fd, int call, struct rst_addr *a)
{
	struct sockaddr_storage name = {0};
	socklen_t len = sizeof(name);

	if (raw_call(call, fd, &name, &len) == 0)
		addr_from_sockaddr(a, &name);
}

/* What must be known before the kernel forgets it: who the two ends are. */
static void ends_remember(struct desc *d, int fd, const struct rst_addr *peer)
{
	struct rst_addr local = {0};

	name_of(fd, SYS_getsockname, &local);
	desc_set_ends(d, &local, peer);
}

/*
 * The address that the program passed, if it can be read: a bad pointer is the
 * kernel's to refuse (EFAULT), not ours to die of.
 */
static bool addr_peek(const struct sockaddr *addr, socklen_t len,
		      struct sockaddr_storage *copy)
{
	memset(copy, 0, sizeof(*copy));
	if (len > sizeof(*copy))
		len = sizeof(*copy);
	if (len < sizeof(addr->sa_family) || !is_readable(addr, len))
		return false;
	memcpy(copy, addr, len);
	return true;
}

struct syn {
	struct subject s;
	struct rst_addr to;
	const struct sockaddr_storage *name; /* to, as the call says it, or
						NULL: taken already */
	socklen_t len;
};

/* What fails by itself draws no reset: tcp_v4_connect(), tcp_v6_connect(). */
static bool is_taken(const struct syn *syn)
{
	return !syn->name ||
	       (near_takes(syn->s.fd, syn->name, syn->len) &&
		(syn->s.call == CALL_connect || near_has_fast_open()));
}

/* A SYN to a port of this host where nobody listens (P1 of kernel.md). */
static void refusal_look(void *arg)
{
	const struct syn *syn = arg;
	const struct subject s = syn->s;
	const struct rst_act act = {.kind = RST_ACT_CONNECT};
	struct rst_facts asked = {.have = RST_HAVE_PEER,
				  .peer = syn->to,
				  .asked_ns = clock_ns(CLOCK_MONOTONIC)},
			 f;

	rst_probe_listener(s.fd, &predict_diag, &asked);
	/* The rest is only asked where there is something to tell. */
	if (asked.peer_socket.where != RST_PEER_GONE || !is_taken(syn) ||
	    !predict_facts(&s, RST_WANT_NAMES, &f))
		return;
	f.is_deferred = desc_has(s.d, DESC_DEFERRED);
	f.asked_ns = asked.asked_ns;
	f.peer = asked.peer;
	f.peer_socket = asked.peer_socket;
	f.have |= RST_HAVE_PEER | RST_HAVE_PEER_SOCKET;
	if (predict_act(&s, &act, &f))
		desc_unmark(s.d, DESC_DEFERRED);
}

void watch_first_write(struct desc *d, int fd, enum rst_call call)
{
	struct syn syn = {.s = {fd, d, call, fd, fd}};

	if (!desc_has(d, DESC_CONNECTED))
		return;
	desc_get_addr(d, 1, &syn.to);
	if (process_is_ours() && rst_probe_state(fd) == RST_SYN_SENT)
		aside_run(refusal_look, &syn);
	desc_unmark(d, DESC_DEFERRED);
}

void watch_connect(struct desc *d, int fd, enum rst_call call,
		   const struct sockaddr *addr, socklen_t len)
{
	const struct rst_act act = {.kind = RST_ACT_DISCONNECT};
	struct syn syn = {.s = {fd, d, call, fd, fd}};
	struct sockaddr_storage to;

	if (!process_is_ours() || !addr_peek(addr, len, &to))
		return;
	if (to.ss_family == AF_UNSPEC) {
		/* tcp_sendmsg_fastopen() doesn't take it. */
		if (call == CALL_connect)
			predict(&syn.s, &act, RST_WANT_ALL);
	} else if (!desc_has(d, DESC_CONNECTED) &&
		   addr_from_sockaddr(&syn.to, &to)) {
		syn.name = &to;
		syn.len = len;
		/* If it is refused, the kernel won't tell by whom. */
		desc_set_addr(d, 1, &syn.to);
		aside_run(refusal_look, &syn);
	}
}

/* What comes next on this socket is another connection. */
static void connection_forget(struct desc *d)
{
	desc_unmark(d, DESC_CONNECTED | DESC_LISTENER | DESC_EOF |
			       DESC_SHUT_RD | DESC_SHUT_WR | DESC_SEND_TOLD |
			       DESC_SEND_SURE | DESC_OPEN_TOLD | DESC_PEER_FIN |
			       DESC_RESET_TOLD);
}

static void was_disconnected(struct desc *d)
{
	connection_forget(d);
	/* tcp_disconnect() leaves ECONNRESET behind: our own doing. */
	desc_mark(d, DESC_RESET_TOLD);
}

/* Unless that error is still there, to be taken for the new one's. */
static void told_forget(struct desc *d, int fd)
{
	if (desc_has(d, DESC_RESET_TOLD) && !(sockopt_glance(fd) & POLLERR))
		desc_unmark(d, DESC_RESET_TOLD);
}

/* It took the error of an attempt that was begun before: that is over. */
static void attempt_failed(struct desc *d, int fd, int error)
{
	if (desc_has(d, DESC_CONNECTED) && error != EISCONN &&
	    rst_probe_state(fd) == RST_CLOSE)
		connection_forget(d);
}

void watch_connected(struct desc *d, int fd, enum rst_call call, uint64_t life,
		     const struct sockaddr *addr, socklen_t len, int result,
		     const void *caller)
{
	struct sockaddr_storage to;
	struct rst_addr peer;
	int saved = errno;

	if (desc_life(d) != life)
		return;
	if (result != 0 && saved != EINPROGRESS && saved != EINTR) {
		watch_received_error(d, fd, call);
		attempt_failed(d, fd, saved);
		errno = saved;
		return;
	}
	if (desc_has(d, DESC_CONNECTED) && result != 0)
		return;
	if (!process_is_ours() || !addr_peek(addr, len, &to))
		return;
	if (to.ss_family == AF_UNSPEC) {
		was_disconnected(d);
	} else if (!desc_has(d, DESC_CONNECTED)) {
		addr_from_sockaddr(&peer, &to);
		ends_remember(d, fd, &peer);
		told_forget(d, fd);
		DESC_SET(d->opened_by, (uint8_t)call);
		DESC_SET(d->opened_at, (uintptr_t)caller);
		/* As one that was never used: its first write is looked at. */
		if (desc_has(d, DESC_DEFERRED))
			DESC_SET(d->opened_ticks,
				 clock_ticks() - 2 * clock_long());
	}
	if (result == 0 && desc_has(d, DESC_CONNECTED))
		predict_tell(RST_CONNECTION_OPENED, fd, d, call);
	errno = saved;
}

void watch_socket(int fd, int domain, int type, int protocol,
		  const void *caller)
{
	bool is_tcp = (domain == AF_INET || domain == AF_INET6) &&
		      (type & ~(SOCK_NONBLOCK | SOCK_CLOEXEC)) == SOCK_STREAM &&
		      (protocol == 0 || protocol == IPPROTO_TCP ||
		       protocol == IPPROTO_MPTCP);
	struct desc *d;

	if (!process_is_ours())
		return;
	if (!is_tcp) {
		desc_not_tcp(fd);
		return;
	}
	d = desc_born(fd, CALL_socket, caller);
	if (d)
		desc_mark(d, protocol == IPPROTO_MPTCP
				     ? DESC_PLAIN | DESC_POLL_BLIND
				     : DESC_PLAIN);
}

/* Bytes from c to the end of the control data. */
static size_t left_from(const struct msghdr *m, const struct cmsghdr *c)
{
	return m->msg_controllen -
	       (size_t)((const char *)c - (const char *)m->msg_control);
}

/*
 * CMSG_NXTHDR(), which calls a function that only glibc has; behind one that
 * is_whole().
 */
static struct cmsghdr *next_header(const struct msghdr *m, struct cmsghdr *c)
{
	size_t left = left_from(m, c), size = CMSG_ALIGN(c->cmsg_len);

	if (size > left || left - size < sizeof(*c))
		return NULL;
	return (struct cmsghdr *)(void *)((char *)c + size);
}

/*
 * CMSG_OK() of the kernel, which ends its way through a message with an error
 * where that is false: before it has looked, nothing is sure of any of them.
 */
static bool is_whole(const struct msghdr *msg, const struct cmsghdr *c)
{
	return c->cmsg_len >= sizeof(*c) && c->cmsg_len <= left_from(msg, c);
}

static void each_descriptor(struct msghdr msg, void (*act)(int fd, void *arg),
			    void *arg)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(&msg); c && is_whole(&msg, c);
	     c = next_header(&msg, c)) {
		size_t len = c->cmsg_len - CMSG_LEN(0);

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
			continue;
		for (size_t i = 0; i + sizeof(int) <= len; i += sizeof(int)) {
			int fd;

			memcpy(&fd, CMSG_DATA(c) + i, sizeof(fd));
			act(fd, arg);
		}
	}
}

struct passing {
	struct watch_passing *list;
	unsigned message;
};

/* It lives on in another process, and till then in nobody's table. */
static void is_passed(int fd, void *arg)
{
	const struct passing *to = arg;
	struct watch_passing *p = to->list;
	struct desc *d = desc_tcp(fd);
	uint64_t cookie;

	if (!d)
		return;
	desc_mark(d, DESC_SHARED | DESC_PASSED);
	cookie = rst_probe_cookie(fd);
	relatives_pass(cookie);
	if (p->count == WATCH_PASSING_MAX)
		return;
	p->socket[p->count].cookie = cookie;
	p->socket[p->count++].message = to->message;
}

/* Longer ones the kernel refuses (sysctl net.core.optmem_max). */
enum { CONTROL_MAX = 128 * 1024 };

static bool is_all_readable(const void *p, size_t len)
{
	for (size_t at = 0; at < len; at += READABLE_PAGE)
		if (!is_readable_word((uintptr_t)p + at))
			return false;
	return is_readable_word((uintptr_t)p + len - 1);
}

void watch_passing_rest(const struct msghdr *msg, unsigned message,
			struct watch_passing *p)
{
	struct passing to = {p, message};
	struct msghdr copy;

	if (desc_limit == 0 || !is_readable(msg, sizeof(*msg)))
		return;
	copy = *msg;
	if (copy.msg_controllen > 0 && copy.msg_controllen <= CONTROL_MAX &&
	    is_all_readable(copy.msg_control, copy.msg_controllen))
		each_descriptor(copy, is_passed, &to);
}

void watch_passed(const struct watch_passing *p, unsigned sent)
{
	for (unsigned i = 0; i < p->count; i++)
		if (p->socket[i].message >= sent)
			relatives_receive(p->socket[i].cookie);
}

/*
 * The number begins anew, and is looked at now, since close_range() and exit
 * only look at what is known. A peek leaves another in the message.
 */
static void has_arrived(int fd, void *arg)
{
	const int *flags = arg;
	struct desc *d;

	desc_forget(fd);
	d = desc_tcp(fd);
	if (d && !(*flags & MSG_PEEK))
		relatives_receive(DESC_GET(d->cookie));
}

void watch_arrived(const struct msghdr *msg, int flags)
{
	each_descriptor(*msg, has_arrived, &flags);
}

void watch_accepted(const struct desc *listener, int fd, enum rst_call call,
		    const struct sockaddr *peer, socklen_t len,
		    const void *caller)
{
	const unsigned inherited = DESC_LINGER_ZERO | DESC_LINGER2 |
				   DESC_FASTOPEN | DESC_POLL_BLIND |
				   DESC_NO_MPTCP | DESC_PLAIN;
	struct sockaddr_storage name = {0};
	struct rst_addr addr = {0};
	struct desc *d;

	if (!process_is_ours())
		return;
	d = desc_born(fd, call, caller);
	if (!d)
		return;
	/* kernel.md 3.7: what the listener has, its children begin with. */
	desc_mark(d, DESC_GET(listener->flags) & inherited);
	DESC_SET(d->linger_by, DESC_GET(listener->linger_by));
	DESC_SET(d->linger_at, DESC_GET(listener->linger_at));
	memcpy(&name, peer, len < sizeof(name) ? len : sizeof(name));
	addr_from_sockaddr(&addr, &name);
	if (addr.family == 0)
		name_of(fd, SYS_getpeername, &addr);
	/* A child keeps its own address to the end; it is asked if need be. */
	desc_set_ends(d, NULL, &addr);
	predict_tell(RST_CONNECTION_OPENED, fd, d, call);
}

void watch_listening(struct desc *d, int fd)
{
	desc_mark(d, DESC_LISTENER);
	/* socket() may have made another than it was asked for (mptcpize). */
	if (rst_probe_kind(fd) == RST_PROBE_TCP)
		desc_mark(d, DESC_NO_MPTCP);
}

static void flag_set(struct desc *d, enum desc_flag flag, bool on)
{
	if (on)
		desc_mark(d, flag);
	else
		desc_unmark(d, flag);
}

static void linger_set(struct desc *d, const struct linger *linger,
		       const void *caller)
{
	flag_set(d, DESC_LINGER_ZERO, linger->l_onoff && linger->l_linger == 0);
	desc_unmark(d, DESC_PLAIN);
	DESC_SET(d->linger_by, CALL_setsockopt);
	DESC_SET(d->linger_at, (uintptr_t)caller);
	DESC_SET(d->linger_ticks, clock_ticks());
}

/*
 * What of these options was set. poll(2) waits for SO_RCVLOWAT bytes
 * (tcp_epollin_ready()), and in the kernel's TLS for a whole record
 * (tls_sk_poll()), while each unread byte resets.
 */
static void number_set(struct desc *d, int level, int name, int number)
{
	if (level == SOL_SOCKET && name == SO_RCVLOWAT && number > 1)
		desc_mark(d, DESC_POLL_BLIND);
	if (level == SOL_SOCKET && name == SO_PEEK_OFF)
		desc_unmark(d, DESC_PLAIN);
	if (level != IPPROTO_TCP)
		return;
	if (name == TCP_LINGER2)
		flag_set(d, DESC_LINGER2, number < 0);
	else if (name == TCP_REPAIR)
		desc_unmark(d, DESC_PLAIN);
	else if (name == TCP_FASTOPEN)
		flag_set(d, DESC_FASTOPEN, number > 0);
	else if (name == TCP_FASTOPEN_CONNECT)
		flag_set(d, DESC_DEFERRED, number > 0);
}

/* The kernel takes a number from NULL for 0 at some levels (IPPROTO_IPV6). */
static bool has_number(int level, int name)
{
	return level == SOL_SOCKET ? name == SO_RCVLOWAT || name == SO_PEEK_OFF
				   : level == IPPROTO_TCP;
}

void watch_option(struct desc *d, int level, int name, const void *value,
		  socklen_t len, const void *caller)
{
	struct linger linger = {0};
	int number = 0;

	if (level == SOL_SOCKET && name == SO_LINGER && len >= sizeof(linger)) {
		memcpy(&linger, value, sizeof(linger));
		linger_set(d, &linger, caller);
	}
	if (level == IPPROTO_TCP && name == TCP_ULP)
		desc_mark(d, DESC_POLL_BLIND);
	if (!has_number(level, name) || len < sizeof(number))
		return;
	memcpy(&number, value, sizeof(number));
	number_set(d, level, name, number);
}
