/* SPDX-License-Identifier: MIT */
/* diag.c - the questions to sock_diag, and what its answers mean. */
#include "diag.h"

#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <string.h>

#include "netlink.h"
#include "raw.h"
#include "rstwatch/address.h"
#include "state.h"

#define EXT(attribute) (1 << ((attribute)-1))

/* The timer that inet_diag reports for a TIME_WAIT minisock. */
enum { TIMER_TIMEWAIT = 3 };

struct question {
	struct nlmsghdr header;
	struct inet_diag_req_v2 req;
};

static void question_begin(struct question *q, int family, uint16_t flags)
{
	memset(q, 0, sizeof(*q));
	q->header.nlmsg_len = sizeof(*q);
	q->header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
	q->header.nlmsg_flags = flags;
	q->req.sdiag_family = (uint8_t)family;
	q->req.sdiag_protocol = IPPROTO_TCP;
	q->req.id.idiag_cookie[0] = INET_DIAG_NOCOOKIE;
	q->req.id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
}

static void question_about(struct question *q, const struct diag_query *about)
{
	struct inet_diag_sockid *id = &q->req.id;

	question_begin(q, about->local.family == 4 ? AF_INET : AF_INET6, 0);
	q->req.idiag_ext = EXT(INET_DIAG_INFO) | EXT(INET_DIAG_SHUTDOWN);
	memcpy(id->idiag_src, about->local.ip, sizeof(id->idiag_src));
	memcpy(id->idiag_dst, about->peer.ip, sizeof(id->idiag_dst));
	id->idiag_sport = htons(about->local.port);
	id->idiag_dport = htons(about->peer.port);
	id->idiag_if = about->ifindex;
	if (about->cookie) {
		id->idiag_cookie[0] = (uint32_t)about->cookie;
		id->idiag_cookie[1] = (uint32_t)(about->cookie >> 32);
	}
}

/* The attribute of that type, or NULL; *len is then that of its payload. */
static const void *attribute(const struct rtattr *attr, unsigned left, int type,
			     size_t *len)
{
	for (; RTA_OK(attr, left); attr = RTA_NEXT(attr, left)) {
		if ((attr->rta_type & NLA_TYPE_MASK) != type)
			continue;
		*len = RTA_PAYLOAD(attr);
		return RTA_DATA(attr);
	}
	return NULL;
}

static const void *message_attribute(const struct nlmsghdr *h, int type,
				     size_t *len)
{
	const struct inet_diag_msg *msg = NLMSG_DATA(h);

	return attribute((const void *)(msg + 1),
			 h->nlmsg_len - NLMSG_LENGTH(sizeof(*msg)), type, len);
}

static bool is_subflow(const struct nlmsghdr *h)
{
	static const char name[] = "mptcp";
	size_t len;
	const void *ulp = message_attribute(h, INET_DIAG_ULP_INFO, &len);

	if (ulp)
		ulp = attribute(ulp, (unsigned)len, INET_ULP_INFO_NAME, &len);
	return ulp && len == sizeof(name) && !memcmp(ulp, name, len);
}

/*
 * bytes_sent counts every transmission of payload, bytes_retrans those after
 * the first; tcpi_notsent_bytes is write_seq - snd_nxt, FIN included.
 */
static void written_fill(const struct nlmsghdr *h, struct diag_socket *s)
{
	struct tcp_info info = {0};
	size_t len;
	const void *data = message_attribute(h, INET_DIAG_INFO, &len);

	if (!data || len < offsetof(struct tcp_info, tcpi_dsack_dups))
		return;
	memcpy(&info, data, len < sizeof(info) ? len : sizeof(info));
	s->written = info.tcpi_bytes_sent - info.tcpi_bytes_retrans +
		     info.tcpi_notsent_bytes;
	if (info.tcpi_notsent_bytes && state_counts_fin(s->state))
		s->written--;
	s->has_written = true;
}

static void socket_fill(const struct nlmsghdr *h, const struct diag_query *q,
			struct diag_socket *s)
{
	const struct inet_diag_msg *msg = NLMSG_DATA(h);
	const uint8_t *shutdown;
	size_t len;

	memset(s, 0, sizeof(*s));
	s->state = msg->idiag_state;
	s->is_listener = s->state == RST_LISTEN ||
			 msg->id.idiag_dport != htons(q->peer.port);
	s->is_orphan = msg->idiag_inode == 0;
	s->is_timewait = msg->idiag_timer == TIMER_TIMEWAIT;
	s->is_mptcp = is_subflow(h);
	s->rqueue = msg->idiag_rqueue;
	s->wqueue = msg->idiag_wqueue;
	shutdown = message_attribute(h, INET_DIAG_SHUTDOWN, &len);
	if (shutdown && len >= 1) {
		s->has_shutdown = true;
		s->shutdown = *shutdown;
	}
	written_fill(h, s);
}

static bool is_socket(const struct nlmsghdr *h)
{
	return h->nlmsg_type == SOCK_DIAG_BY_FAMILY &&
	       h->nlmsg_len >= NLMSG_LENGTH(sizeof(struct inet_diag_msg));
}

/* What an answer says that is no socket: 0 at the end of a list, or -errno. */
static int error_of(const struct nlmsghdr *h)
{
	int error = -EIO;

	if ((h->nlmsg_type == NLMSG_ERROR || h->nlmsg_type == NLMSG_DONE) &&
	    h->nlmsg_len >= NLMSG_LENGTH(sizeof(error)))
		memcpy(&error, NLMSG_DATA(h), sizeof(error));
	return error;
}

/* One socket with its tcp_info takes about 500 bytes. */
enum { ANSWER_MAX = 2048 };

union answer {
	struct nlmsghdr header; /* for its alignment */
	char bytes[ANSWER_MAX];
};

/* Asks q and gives the first message of the answer. 0, or -errno. */
static int exchange(struct netlink *n, struct question *q, union answer *a)
{
	int ret = netlink_ask(n, &q->header);
	ssize_t len;

	if (ret != 0)
		return ret;
	len = netlink_answer(n, a->bytes, sizeof(a->bytes));
	if (len < 0)
		return len == -ENOENT ? -EIO : (int)len;
	return NLMSG_OK(&a->header, (size_t)len) ? 0 : -EIO;
}

int diag_find(struct rst_diag *d, const struct diag_query *q,
	      struct diag_socket *s)
{
	struct question question;
	struct netlink n;
	union answer a;
	int ret = netlink_begin(&n, d, NETLINK_KEPT, q->fd);

	if (ret != 0)
		return ret == -ENOENT ? -EIO : ret;
	question_about(&question, q);
	ret = exchange(&n, &question, &a);
	if (ret == 0 && is_socket(&a.header))
		socket_fill(&a.header, q, s);
	else if (ret == 0)
		ret = error_of(&a.header);
	netlink_end(&n);
	return ret;
}

/*
 * A kernel without tcp_diag says -ENOENT to every question, as it does for a
 * socket that isn't there. A list of the sockets in no state tells the two
 * apart: it ends at once, with 0 or with that error.
 */
static bool has_tcp_diag(struct netlink *n, struct rst_diag *d)
{
	struct question question;
	union answer a;

	if (__atomic_load_n(&d->is_proven, __ATOMIC_RELAXED))
		return true;
	question_begin(&question, AF_INET, NLM_F_DUMP);
	if (exchange(n, &question, &a) != 0 ||
	    a.header.nlmsg_type != NLMSG_DONE || error_of(&a.header) != 0)
		return false;
	if (n->home)
		__atomic_store_n(&d->is_proven, 1, __ATOMIC_RELAXED);
	return true;
}

bool diag_is_proven(struct rst_diag *d, int fd)
{
	struct netlink n;
	bool is_proven;

	if (netlink_begin(&n, d, NETLINK_KEPT, fd) != 0)
		return false;
	is_proven = has_tcp_diag(&n, d);
	netlink_end(&n);
	return is_proven;
}

static void addr_of(const struct inet_diag_msg *msg, struct rst_addr *a)
{
	addr_set(a, msg->idiag_family, msg->id.idiag_src,
		 ntohs(msg->id.idiag_sport));
}

/*
 * A full socket that no descriptor refers to is an orphan or was not accepted
 * yet; orphans have left ESTABLISHED and CLOSE_WAIT. SYN_RECV is a fast-open
 * child, which has a shutdown field, or a mere request, which has none and
 * dies silently.
 */
static bool is_waiting(const struct nlmsghdr *h)
{
	const struct inet_diag_msg *msg = NLMSG_DATA(h);
	size_t len;

	return msg->idiag_inode == 0 && msg->idiag_timer != TIMER_TIMEWAIT &&
	       (msg->idiag_state != RST_SYN_RECV ||
		message_attribute(h, INET_DIAG_SHUTDOWN, &len));
}

/*
 * inet_reuseport_add_sock(): listeners of one family, address, device and
 * IPV6_V6ONLY form a group; no two can be bound so without SO_REUSEPORT.
 */
static bool is_of_group(const struct nlmsghdr *h, const struct diag_listener *l)
{
	const struct inet_diag_msg *msg = NLMSG_DATA(h);
	const uint8_t *v6only;
	struct rst_addr addr;
	size_t len;

	addr_of(msg, &addr);
	v6only = message_attribute(h, INET_DIAG_SKV6ONLY, &len);
	return addr_is_same_ip(&addr, &l->local) &&
	       msg->id.idiag_if == l->ifindex &&
	       (v6only && len >= 1 && *v6only) == l->is_v6only;
}

static bool is_itself(const struct nlmsghdr *h, const struct diag_listener *l,
		      const struct diag_queue *q)
{
	const struct inet_diag_msg *msg = NLMSG_DATA(h);

	if (!l->cookie)
		return !q->is_found && is_of_group(h, l);
	return msg->id.idiag_cookie[0] == (uint32_t)l->cookie &&
	       msg->id.idiag_cookie[1] == (uint32_t)(l->cookie >> 32);
}

static void listener_add(const struct nlmsghdr *h,
			 const struct diag_listener *l, struct diag_queue *q)
{
	const struct inet_diag_msg *msg = NLMSG_DATA(h);

	if (is_itself(h, l, q)) {
		q->is_found = true;
		return;
	}
	q->siblings += is_of_group(h, l);
	q->beside += msg->idiag_rqueue;
}

static void queue_add(const struct nlmsghdr *h, const struct diag_listener *l,
		      struct diag_queue *q)
{
	const struct inet_diag_msg *msg = NLMSG_DATA(h);
	struct rst_addr addr;
	bool is_ours;

	addr_of(msg, &addr);
	is_ours = addr_is_any(&l->local) || addr_is_same_ip(&addr, &l->local);
	if (msg->idiag_state != RST_LISTEN)
		q->waiting += is_ours && is_waiting(h);
	else if (is_ours || addr_is_any(&addr))
		listener_add(h, l, q);
}

/* A dump fills a page at most (NLMSG_GOODSIZE), or 8 KiB of a larger page. */
enum { DUMP_MAX = 8192, DUMP_NS_MAX = 50 * 1000 * 1000 };

/* 1 to go on, 0 at the end of the list, or -errno. */
static int dump_read(const struct nlmsghdr *h, size_t left,
		     const struct diag_listener *l, struct diag_queue *q)
{
	for (; NLMSG_OK(h, left); h = NLMSG_NEXT(h, left)) {
		if (h->nlmsg_flags & NLM_F_DUMP_INTR)
			return -EINTR;
		if (!is_socket(h))
			return error_of(h);
		queue_add(h, l, q);
	}
	return 1;
}

/* This thread's own time: a busy machine must not cut a list short. */
static uint64_t spent_ns(void)
{
	struct timespec t = {0, 0};

	raw_syscall(SYS_clock_gettime, CLOCK_THREAD_CPUTIME_ID, (long)&t, 0, 0,
		    0, 0);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static int dump(struct netlink *n, const struct diag_listener *l,
		struct diag_queue *q)
{
	union {
		struct nlmsghdr header;
		char bytes[DUMP_MAX];
	} a;
	uint64_t end = spent_ns() + DUMP_NS_MAX;
	int ret = 1;

	while (ret == 1) {
		ssize_t len = netlink_answer(n, a.bytes, sizeof(a.bytes));

		if (len < 0)
			return (int)len;
		ret = dump_read(&a.header, (size_t)len, l, q);
		if (ret == 1 && spent_ns() > end)
			return -ETIME;
	}
	return ret;
}

int diag_count_waiting(struct rst_diag *d, const struct diag_listener *l,
		       struct diag_queue *q)
{
	struct question question;
	struct netlink n;
	int ret = netlink_begin(&n, d, NETLINK_FRESH, l->fd);

	memset(q, 0, sizeof(*q));
	if (ret != 0)
		return ret;
	question_begin(&question, l->domain, NLM_F_DUMP);
	question.req.id.idiag_sport = htons(l->local.port);
	question.req.idiag_states = 1 << RST_LISTEN | 1 << RST_ESTABLISHED |
				    1 << RST_CLOSE_WAIT | 1 << RST_SYN_RECV;
	ret = netlink_ask(&n, &question.header);
	if (ret == 0)
		ret = dump(&n, l, q);
	netlink_end(&n);
	return ret;
}
