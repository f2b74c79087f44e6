/* SPDX-License-Identifier: MIT */
/* probe.c - asks the kernel for the facts about one descriptor. */
#include "rstwatch/probe.h"

#include <errno.h>
#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/ioctl.h>

#include "probe_diag.h"
#include "sockopt.h"
#include "state.h"

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif
#ifndef SOL_MPTCP
#define SOL_MPTCP 284
#endif
#ifndef SO_MEMINFO
#define SO_MEMINFO 55
#endif

/* Only a first look: 6 may also be a raw IP socket or NETLINK_XFRM. */
static enum rst_probe_kind kind_by_protocol(int fd)
{
	switch (sockopt_int(fd, SOL_SOCKET, SO_PROTOCOL, -1)) {
	case IPPROTO_TCP: return RST_PROBE_TCP;
	case IPPROTO_MPTCP: return RST_PROBE_MPTCP;
	default: return RST_PROBE_NOT_TCP;
	}
}

enum rst_probe_kind rst_probe_kind(int fd)
{
	enum rst_probe_kind kind = kind_by_protocol(fd);

	if (kind != RST_PROBE_NOT_TCP &&
	    sockopt_int(fd, SOL_SOCKET, SO_TYPE, -1) != SOCK_STREAM)
		return RST_PROBE_NOT_TCP;
	return kind;
}

uint64_t rst_probe_cookie(int fd)
{
	uint64_t cookie = 0;
	socklen_t len = sizeof(cookie);

	if (raw_getsockopt(fd, SOL_SOCKET, SO_COOKIE, &cookie, &len) != 0)
		return 0;
	return cookie;
}

short rst_probe_glance(int fd)
{
	return sockopt_glance(fd);
}

int rst_probe_inq(int fd)
{
	return sockopt_queue(fd, SIOCINQ);
}

enum rst_state rst_probe_state(int fd)
{
	uint8_t state = RST_STATE_UNKNOWN; /* tcpi_state, the first byte */
	socklen_t len = sizeof(state);

	if (raw_getsockopt(fd, IPPROTO_TCP, TCP_INFO, &state, &len) != 0)
		return RST_STATE_UNKNOWN;
	return state;
}

static bool linger_get(int fd, int32_t *seconds)
{
	struct linger linger = {0, 0};
	socklen_t len = sizeof(linger);

	*seconds = RST_LINGER_OFF;
	if (raw_getsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, &len) != 0)
		return false;
	if (linger.l_onoff)
		*seconds = linger.l_linger;
	return true;
}

int rst_probe_linger(int fd)
{
	int32_t seconds;

	linger_get(fd, &seconds);
	return seconds;
}

/*
 * bytes_sent counts each transmission and bytes_retrans those after the first;
 * bytes_received follows rcv_nxt, so it counts the peer's FIN (tcp_rcv_nxt_
 * update()). Both are of no use in state CLOSE, which doesn't tell whether a
 * FIN was among them, and which tcp_disconnect() enters with zeros.
 */
static void bytes_fill(const struct tcp_info *info, struct rst_facts *f)
{
	f->bytes_sent = info->tcpi_bytes_sent - info->tcpi_bytes_retrans;
	f->bytes_received = info->tcpi_bytes_received;
	if (state_counts_peer_fin(f->state) && f->bytes_received)
		f->bytes_received--;
	f->have |= RST_HAVE_BYTES;
}

/* MPTCP's FIN is a number of its own stream, not of a subflow's. */
static bool counts_fin(const struct rst_facts *f)
{
	return state_counts_fin(f->state) && !f->is_mptcp;
}

/* write_seq - snd_nxt: while anything is unsent, our FIN, the last, is too. */
static void unsent_fill(int bytes, struct rst_facts *f)
{
	if (bytes < 0)
		return;
	f->is_fin_unsent = bytes > 0 && counts_fin(f);
	f->unsent = (uint32_t)(bytes - f->is_fin_unsent);
	f->have |= RST_HAVE_UNSENT;
}

/* tcpi_unacked counts segments: where there is none, there is no byte. */
static void outgoing_fill(const struct tcp_info *info, struct rst_facts *f)
{
	unsent_fill((int)info->tcpi_notsent_bytes, f);
	if (!info->tcpi_unacked && !info->tcpi_notsent_bytes)
		f->have |= RST_HAVE_UNACKED;
}

#define REACHES(len, field) \
	((len) >= offsetof(struct tcp_info, field) + \
			  sizeof(((struct tcp_info *)0)->field))

/* An older kernel fills a shorter struct: its length says which fields. */
static void info_fill(int fd, struct rst_facts *f)
{
	struct tcp_info info;
	socklen_t len = sizeof(info);

	memset(&info, 0, sizeof(info));
	if (raw_getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len) != 0 ||
	    !REACHES(len, tcpi_state))
		return;
	f->state = info.tcpi_state;
	f->have |= RST_HAVE_STATE;
	if (f->state == RST_LISTEN && REACHES(len, tcpi_unacked)) {
		f->unaccepted = info.tcpi_unacked;
		f->have |= RST_HAVE_UNACCEPTED;
	}
	if (!state_is_synchronized(f->state))
		return;
	if (REACHES(len, tcpi_last_ack_recv)) {
		f->last_ack_ms = info.tcpi_last_ack_recv;
		f->have |= RST_HAVE_TIMES;
	}
	if (REACHES(len, tcpi_bytes_retrans))
		bytes_fill(&info, f);
	if (REACHES(len, tcpi_snd_wnd)) {
		f->segment = info.tcpi_snd_mss;
		f->window = info.tcpi_snd_wnd;
		f->have |= RST_HAVE_WINDOW;
	}
	if (REACHES(len, tcpi_notsent_bytes) && !f->is_mptcp)
		outgoing_fill(&info, f);
}

/*
 * At the end of file an MPTCP socket counts DATA_FIN as a byte, and says 1
 * where its queue is empty (mptcp_inq_hint()).
 */
static int mptcp_unread(int fd, int inq)
{
	uint32_t meminfo[9] = {0}; /* [0] is SK_MEMINFO_RMEM_ALLOC */
	socklen_t len = sizeof(meminfo);

	if (inq <= 0 || !(rst_probe_glance(fd) & POLLRDHUP))
		return inq;
	if (raw_getsockopt(fd, SOL_SOCKET, SO_MEMINFO, meminfo, &len) != 0)
		return -1;
	if (meminfo[0] == 0)
		return 0;
	return inq > 1 ? inq - 1 : 1;
}

static void unread_fill(int fd, struct rst_facts *f)
{
	int inq = rst_probe_inq(fd);

	if (f->is_mptcp)
		inq = mptcp_unread(fd, inq);
	if (inq < 0)
		return;
	f->unread = (uint32_t)inq;
	f->have |= RST_HAVE_UNREAD;
}

/* The queues count our FIN; in state CLOSE they are garbage. */
static void unacked_fill(int fd, struct rst_facts *f)
{
	int fin = counts_fin(f);
	int bytes;

	if (!state_is_synchronized(f->state) || f->have & RST_HAVE_UNACKED)
		return;
	bytes = sockopt_queue(fd, SIOCOUTQ);
	if (bytes >= fin) {
		f->unacked = (uint32_t)(bytes - fin);
		f->have |= RST_HAVE_UNACKED;
	}
	/* A kernel before 4.6, or the queue of a whole MPTCP connection. */
	if (!(f->have & RST_HAVE_UNSENT))
		unsent_fill(sockopt_queue(fd, SIOCOUTQNSD), f);
}

/* For a close, what comes first in __tcp_close() leaves the rest unasked. */
static bool is_settled(unsigned want, const struct rst_facts *f)
{
	return want & RST_WANT_CLOSE &&
	       ((f->have & RST_HAVE_UNREAD && f->unread) ||
		(f->have & RST_HAVE_LINGER && f->linger == 0));
}

static void linger2_fill(int fd, struct rst_facts *f)
{
	enum { NONE = -2 };
	int linger2 = sockopt_int(fd, IPPROTO_TCP, TCP_LINGER2, NONE);

	if (linger2 == NONE)
		return;
	f->linger2 = linger2;
	f->have |= RST_HAVE_LINGER2;
}

static void options_fill(int fd, unsigned want, struct rst_facts *f)
{
	if (want & RST_KNOWN_PLAIN && f->unread) {
		f->have |= RST_HAVE_LINGER;
	} else {
		if (linger_get(fd, &f->linger))
			f->have |= RST_HAVE_LINGER;
		f->is_repair = sockopt_int(fd, IPPROTO_TCP, TCP_REPAIR, 0) > 0;
	}
	f->cookie = rst_probe_cookie(fd);
	if (f->cookie)
		f->have |= RST_HAVE_COOKIE;
	if (is_settled(want, f) && !f->is_mptcp)
		return;
	f->is_corked = sockopt_int(fd, IPPROTO_TCP, TCP_CORK, 0) > 0;
	linger2_fill(fd, f);
}

/* Two calls less, and the kernel may no longer tell. */
static bool name_fill(int fd, const struct rst_addr *remembered,
		      int get(int fd, struct sockaddr *a, socklen_t *len),
		      struct rst_addr *a)
{
	if (!remembered || !remembered->family || !remembered->port)
		return sockopt_name(fd, get, a);
	*a = *remembered;
	return true;
}

static void names_fill(int fd, const struct rst_addr remembered[2],
		       struct rst_facts *f)
{
	if (name_fill(fd, remembered, raw_getsockname, &f->local))
		f->have |= RST_HAVE_LOCAL;
	if (name_fill(fd, remembered ? &remembered[1] : NULL, raw_getpeername,
		      &f->peer))
		f->have |= RST_HAVE_PEER;
}

uint32_t rst_probe_heard_ms(int fd)
{
	struct tcp_info info;
	socklen_t len = sizeof(info);

	if (raw_getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len) != 0 ||
	    !REACHES(len, tcpi_last_ack_recv))
		return UINT32_MAX;
	return info.tcpi_last_ack_recv;
}

/*
 * An MPTCP socket whose peer knows only TCP hands options of both levels to
 * its one subflow: TCP_LINGER2 is known then, and MPTCP_INFO is not.
 */
static bool is_fallback(int fd, const struct rst_facts *f)
{
	enum { MPTCP_INFO = 1, FLAGS = 2, FLAG_FALLBACK = 1 };
	uint32_t info[FLAGS + 1] = {0};
	socklen_t len = sizeof(info);

	if (!f->is_mptcp)
		return false;
	if (raw_getsockopt(fd, SOL_MPTCP, MPTCP_INFO, info, &len) == 0)
		return len == sizeof(info) && info[FLAGS] & FLAG_FALLBACK;
	return f->have & RST_HAVE_LINGER2;
}

int rst_probe(int fd, unsigned want, struct rst_diag *diag,
	      const struct rst_addr remembered[2], struct rst_facts *f)
{
	enum rst_probe_kind kind = want & RST_KNOWN_TCP ? RST_PROBE_TCP
							: kind_by_protocol(fd);

	memset(f, 0, sizeof(*f));
	f->linger = RST_LINGER_OFF;
	f->is_mptcp = kind == RST_PROBE_MPTCP;
	if (kind == RST_PROBE_NOT_TCP)
		return -1;
	info_fill(fd, f);
	/* That it has a state of TCP proves what it is. */
	if (!f->have && rst_probe_kind(fd) == RST_PROBE_NOT_TCP)
		return -1;
	unread_fill(fd, f);
	unacked_fill(fd, f);
	options_fill(fd, want, f);
	f->is_fallback = is_fallback(fd, f);
	if (want & RST_WANT_ALL)
		names_fill(fd, remembered, f);
	if (want & RST_WANT_EXACT)
		probe_exact(fd, want, diag, f);
	if (want & RST_WANT_PEER && !is_settled(want, f))
		probe_peer(fd, diag, f);
	if (want & RST_WANT_ACCEPT)
		probe_accept(fd, diag, f);
	return 0;
}
