/* SPDX-License-Identifier: MIT */
/* probe_diag.c - the facts that only sock_diag can tell. */
#include "probe_diag.h"

#include <errno.h>
#include <linux/sockios.h>
#include <poll.h>

#include "diag.h"
#include "near.h"
#include "procfs.h"
#include "sockopt.h"
#include "state.h"

#ifndef SO_BINDTOIFINDEX
#define SO_BINDTOIFINDEX 62
#endif

/* Segments between two sockets of one host come in by lo, always number 1. */
enum { LOOPBACK_IFINDEX = 1 };

/* Looks for fd itself: proof that its namespace and ours are the same one. */
static int find_itself(int fd, struct rst_diag *d, const struct rst_facts *f,
		       struct diag_socket *s)
{
	struct diag_query q = {.fd = fd, .local = f->local, .peer = f->peer};
	int ret;

	q.ifindex = (uint32_t)sockopt_int(fd, SOL_SOCKET, SO_BINDTOIFINDEX, 0);
	/* An MPTCP socket's cookie is not that of its subflow. */
	q.cookie = f->is_mptcp ? 0 : f->cookie;
	ret = diag_find(d, &q, s);
	return ret == 0 && s->is_listener ? -ENOENT : ret;
}

/*
 * True where SIOCINQ counts too little: in SYN_RECV always, and beyond an
 * urgent mark. Once the urgent byte was fetched (MSG_OOB) and data lies before
 * its mark, nothing shows that more lies behind.
 */
static bool is_cut_short(int fd, unsigned want, const struct rst_facts *f)
{
	if (f->unread)
		return !(want & RST_KNOWN_NO_MARK) &&
		       rst_probe_glance(fd) & (POLLPRI | POLLNVAL);
	return f->state == RST_SYN_RECV || sockopt_queue(fd, SIOCATMARK) > 0;
}

/*
 * kernel.md 3.1: rcv_nxt - copied_seq, which neither the urgent mark nor
 * SYN_RECV cuts short, less a received FIN.
 */
void probe_exact(int fd, unsigned want, struct rst_diag *d, struct rst_facts *f)
{
	struct diag_socket s;

	if (f->is_mptcp || !state_is_synchronized(f->state) ||
	    !is_cut_short(fd, want, f))
		return;
	if (d && f->cookie && find_itself(fd, d, f, &s) == 0) {
		f->unread = s.rqueue;
		if (state_counts_peer_fin(f->state) && f->unread)
			f->unread--;
		f->have |= RST_HAVE_UNREAD;
	} else if (!f->unread) {
		f->have &= ~(unsigned)RST_HAVE_UNREAD;
		f->is_unread_hidden = true;
	}
}

static void peer_copy(const struct diag_socket *s, struct rst_peer_socket *p)
{
	p->where = RST_PEER_FOUND;
	p->state = s->state;
	p->is_orphan = s->is_orphan;
	p->is_timewait = s->is_timewait;
	p->is_mptcp = s->is_mptcp;
	p->shutdown = s->shutdown;
	p->has_shutdown = s->has_shutdown;
	p->has_written = s->has_written;
	p->written = s->written;
	p->unread = s->rqueue;
	if (state_counts_peer_fin(s->state) && p->unread)
		p->unread--;
	p->unacked = s->wqueue;
}

static bool is_bound_elsewhere(int fd)
{
	int ifindex = sockopt_int(fd, SOL_SOCKET, SO_BINDTOIFINDEX, 0);

	return ifindex != 0 && ifindex != LOOPBACK_IFINDEX;
}

/*
 * A socket that gives way to its minisock (tcp_time_wait()), or dies, is CLOSE
 * for a moment to whoever found it just before it was unhashed. What has come
 * in its place is found by asking once more.
 */
static int find_settled(struct rst_diag *d, const struct diag_query *q,
			struct diag_socket *s)
{
	int ret = diag_find(d, q, s);

	return ret == 0 && s->state == RST_CLOSE ? diag_find(d, q, s) : ret;
}

/*
 * The other end by the reversed pair. That nobody has it is only believed if
 * the same question finds fd itself: sock_diag sees one namespace, perhaps not
 * the one that fd was made in.
 */
void probe_peer(int fd, struct rst_diag *d, struct rst_facts *f)
{
	const struct diag_query q = {.fd = fd,
				     .local = f->peer,
				     .peer = f->local,
				     .ifindex = LOOPBACK_IFINDEX};
	struct rst_peer_socket *p = &f->peer_socket;
	struct diag_socket s;
	int ret;

	if (!d || !state_is_synchronized(f->state) ||
	    !near_is_here(fd, &f->local, &f->peer) || is_bound_elsewhere(fd))
		return;
	ret = find_settled(d, &q, &s);
	if (ret == 0 && !s.is_listener) {
		peer_copy(&s, p);
	} else if (ret == 0 || ret == -ENOENT) {
		p->where = ret == 0 ? RST_PEER_LISTENER : RST_PEER_GONE;
		if (find_itself(fd, d, f, &s) != 0) {
			p->where = RST_PEER_ELSEWHERE;
			return;
		}
		p->may_be_nat = near_may_be_nat();
		p->has_cookies = p->where == RST_PEER_LISTENER &&
				 near_may_be_cookie();
	}
	if (p->where != RST_PEER_ELSEWHERE)
		f->have |= RST_HAVE_PEER_SOCKET;
}

/*
 * tcpi_unacked also counts connections that are dead already, and sock_diag
 * does not say at which of several listeners on the port one waits: least of
 * the living are ours if all that wait beside us live.
 */
static void unaccepted_count(const struct diag_queue *q, struct rst_facts *f)
{
	uint32_t least = q->waiting > q->beside ? q->waiting - q->beside : 0;

	if (q->waiting < f->unaccepted)
		f->unaccepted = q->waiting;
	f->is_unaccepted_exact = f->unaccepted == least && !q->siblings;
}

/* Of this thread's network namespace; since 5.14, and off by default. */
static bool migrates_requests(void)
{
	char text[8];
	uint64_t blocked;

	/* A handler that jumps away would leave the descriptor open. */
	raw_block_signals(&blocked);
	procfs_read(AT_FDCWD, "/proc/sys/net/ipv4/tcp_migrate_req", text,
		    sizeof(text));
	raw_restore_signals(&blocked);
	return text[0] == '1';
}

void probe_accept(int fd, struct rst_diag *d, struct rst_facts *f)
{
	struct diag_listener l = {.fd = fd, .local = f->local};
	struct diag_queue q;

	if (f->state != RST_LISTEN || !f->unaccepted)
		return;
	l.domain = sockopt_int(fd, SOL_SOCKET, SO_DOMAIN, 0);
	l.cookie = f->is_mptcp ? 0 : f->cookie;
	l.ifindex = (uint32_t)sockopt_int(fd, SOL_SOCKET, SO_BINDTOIFINDEX, 0);
	l.is_v6only = l.domain == AF_INET6 &&
		      sockopt_int(fd, IPPROTO_IPV6, IPV6_V6ONLY, 0);
	if (d && diag_count_waiting(d, &l, &q) == 0 && q.is_found) {
		unaccepted_count(&q, f);
		f->siblings = (int32_t)q.siblings;
	} else if (sockopt_int(fd, SOL_SOCKET, SO_REUSEPORT, 0)) {
		f->siblings = RST_SIBLINGS_UNKNOWN;
	}
	f->is_migrating = f->siblings && migrates_requests();
}

/* connect() to 0.0.0.0 or :: means this host (ip_route_output_key()). */
static void target_of(int fd, const struct rst_addr *to,
		      struct rst_addr *target)
{
	static const struct rst_addr loopback4 = {{127, 0, 0, 1}, 0, 4, 0};
	static const struct rst_addr loopback6 = {{[15] = 1}, 0, 6, 0};
	struct rst_addr local = {0};

	*target = *to;
	if (!addr_is_any(to))
		return;
	*target = to->family == 4 ? loopback4 : loopback6;
	if (sockopt_name(fd, raw_getsockname, &local) && !addr_is_any(&local))
		*target = local;
	target->port = to->port;
}

void rst_probe_listener(int fd, struct rst_diag *diag, struct rst_facts *f)
{
	struct rst_peer_socket *p = &f->peer_socket;
	struct diag_query q = {.fd = fd, .ifindex = LOOPBACK_IFINDEX};
	struct diag_socket s;
	int ret;

	memset(p, 0, sizeof(*p));
	f->have &= ~(unsigned)RST_HAVE_PEER_SOCKET;
	target_of(fd, &f->peer, &q.local);
	if (!diag || !near_is_own(&q.local) || is_bound_elsewhere(fd))
		return;
	ret = diag_find(diag, &q, &s);
	if ((ret != 0 && ret != -ENOENT) || !diag_is_proven(diag, fd))
		return;
	p->where = ret == 0 ? RST_PEER_LISTENER : RST_PEER_GONE;
	if (p->where == RST_PEER_GONE)
		p->may_be_nat = near_may_be_nat();
	f->have |= RST_HAVE_PEER_SOCKET;
}
