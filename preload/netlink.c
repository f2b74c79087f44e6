/* SPDX-License-Identifier: MIT */
/* netlink.c - opens, keeps and shares the descriptor that asks sock_diag. */
#include "netlink.h"

#include <errno.h>
#include <string.h>

#include "libc.h"
#include "number.h"
#include "raw.h"
#include "temporary.h"

#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE 71
#endif

/* Above what the log takes, below the limit. */
enum { KEPT_SPARE = 2 };

static uint64_t inode_of(int fd)
{
	struct stat st = {0};

	if (raw_fstat(fd, &st) != 0 || !S_ISSOCK(st.st_mode))
		return 0;
	return st.st_ino;
}

static int kept_number(const struct rst_diag *d)
{
	return __atomic_load_n(&d->fd, __ATOMIC_ACQUIRE) - 1;
}

bool rst_diag_owns(const struct rst_diag *d, int fd)
{
	return fd >= 0 && fd == kept_number(d) &&
	       inode_of(fd) == __atomic_load_n(&d->inode, __ATOMIC_RELAXED);
}

void rst_diag_after_fork(struct rst_diag *d)
{
	if (rst_diag_owns(d, kept_number(d)))
		raw_close(kept_number(d));
	memset(d, 0, sizeof(*d));
	d->pid = raw_getpid();
}

/* Errors that will not go away: no such protocol, or a filter forbids it. */
static void note_denial(struct rst_diag *d, int error)
{
	switch (error) {
	case -EPERM:
	case -EACCES:
	case -ENOSYS:
	case -EPROTONOSUPPORT:
	case -ESOCKTNOSUPPORT:
	case -EAFNOSUPPORT:
		__atomic_store_n(&d->is_denied, 1, __ATOMIC_RELAXED);
		break;
	default: break;
	}
}

static int open_socket(void)
{
	return temporary_socket(AF_NETLINK, SOCK_RAW, NETLINK_SOCK_DIAG);
}

/* Moves fd out of the program's way, where it can be; its number then. */
static int move_up(int fd)
{
	struct rlimit limit = {0};
	int number = NUMBER_COMMON, high = -1;

	if (raw_call(SYS_prlimit64, 0, RLIMIT_NOFILE, 0, &limit) != 0)
		return fd;
	if (__libc_single_threaded)
		high = number_above(fd, &limit);
	if (limit.rlim_cur < NUMBER_COMMON)
		number = (int)limit.rlim_cur;
	number -= KEPT_SPARE;
	if (high < 0 && limit.rlim_cur >= NUMBER_TIGHT && number > fd)
		high = raw_fcntl(fd, F_DUPFD_CLOEXEC, number);
	if (high < 0)
		return fd;
	raw_close(fd);
	return high;
}

/*
 * A process that is not d's own was forked, and has a copy of it, or vforked,
 * and would write into its parent's: it leaves d alone.
 */
static bool is_owner(struct rst_diag *d)
{
	pid_t pid = raw_getpid();
	int owner = __atomic_load_n(&d->pid, __ATOMIC_RELAXED);

	if (owner == 0) {
		__atomic_store_n(&d->pid, pid, __ATOMIC_RELAXED);
		return true;
	}
	return owner == pid;
}

/* Since it was opened the program may have gone to another namespace. */
static bool is_abroad(const struct rst_diag *d, uint64_t netns)
{
	return __atomic_load_n(&d->netns, __ATOMIC_RELAXED) != netns;
}

/*
 * Called by whoever holds d->busy: the kept descriptor, opened if need be. One
 * that could not be moved up would shift the numbers that the program gets, so
 * it is used once and not kept.
 */
static void kept_use(struct netlink *n, struct rst_diag *d)
{
	int low;

	n->fd = kept_number(d);
	n->home = d;
	n->seq = d->seq;
	if (rst_diag_owns(d, n->fd)) {
		if (!is_abroad(d, n->netns))
			return;
		raw_close(n->fd);
	}
	/* Closed, or somebody else's by now: never to be closed by us. */
	__atomic_store_n(&d->fd, 0, __ATOMIC_RELEASE);
	n->home = NULL;
	low = open_socket();
	n->fd = low;
	if (low < 0) {
		note_denial(d, low);
		return;
	}
	n->fd = move_up(low);
	if (n->fd == low)
		return;
	__atomic_store_n(&d->netns, netlink_netns(n->fd), __ATOMIC_RELAXED);
	__atomic_store_n(&d->inode, inode_of(n->fd), __ATOMIC_RELAXED);
	__atomic_store_n(&d->fd, n->fd + 1, __ATOMIC_RELEASE);
	n->home = d;
}

static void kept_take(struct netlink *n, struct rst_diag *d)
{
	if (!is_owner(d) || __atomic_exchange_n(&d->busy, 1, __ATOMIC_ACQUIRE))
		return;
	kept_use(n, d);
	if (!n->home)
		__atomic_store_n(&d->busy, 0, __ATOMIC_RELEASE);
}

static bool is_there(const struct netlink *n)
{
	return n->home ? !is_abroad(n->home, n->netns)
		       : netlink_netns(n->fd) == n->netns;
}

int netlink_begin(struct netlink *n, struct rst_diag *d, enum netlink_kind kind,
		  int fd)
{
	memset(n, 0, sizeof(*n));
	n->fd = -EBADF;
	n->netns = netlink_netns(fd);
	if (__atomic_load_n(&d->is_denied, __ATOMIC_RELAXED))
		return -EPERM;
	raw_block_signals(&n->blocked);
	if (kind == NETLINK_KEPT)
		kept_take(n, d);
	if (n->fd == -EBADF)
		n->fd = open_socket();
	if (n->fd >= 0 && is_there(n))
		return 0;
	if (n->fd >= 0) {
		netlink_end(n);
		return -EXDEV;
	}
	raw_restore_signals(&n->blocked);
	return n->fd;
}

void netlink_end(struct netlink *n)
{
	if (n->home) {
		n->home->seq = n->seq;
		__atomic_store_n(&n->home->busy, 0, __ATOMIC_RELEASE);
	} else {
		raw_close(n->fd);
	}
	raw_restore_signals(&n->blocked);
}

/*
 * MSG_FASTOPEN means nothing to netlink. Should another thread have put a TCP
 * socket on our number since it was checked, it makes the kernel refuse the
 * message (EISCONN) instead of sending it to the program's peer.
 */
int netlink_ask(struct netlink *n, struct nlmsghdr *question)
{
	static const struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
	ssize_t sent;

	question->nlmsg_seq = ++n->seq;
	question->nlmsg_flags |= NLM_F_REQUEST;
	sent = raw_sendto(n->fd, question, question->nlmsg_len,
			  MSG_DONTWAIT | MSG_NOSIGNAL | MSG_FASTOPEN,
			  (const void *)&kernel, sizeof(kernel));
	if (sent < 0) {
		if (n->home)
			note_denial(n->home, (int)sent);
		return (int)sent;
	}
	return sent == (ssize_t)question->nlmsg_len ? 0 : -EIO;
}

/* Datagrams of earlier questions that may have to be thrown away. */
enum { STALE_MAX = 16 };

ssize_t netlink_answer(struct netlink *n, void *buf, size_t cap)
{
	const struct nlmsghdr *first = buf;

	for (int i = 0; i < STALE_MAX; i++) {
		struct sockaddr_nl from = {0};
		socklen_t from_len = sizeof(from);
		ssize_t len = raw_recvfrom(n->fd, buf, cap,
					   MSG_DONTWAIT | MSG_TRUNC,
					   (void *)&from, &from_len);

		if (len < 0)
			return len;
		if (from.nl_pid != 0 || (size_t)len < sizeof(*first) ||
		    first->nlmsg_seq != n->seq)
			continue;
		return (size_t)len > cap ? -EMSGSIZE : len;
	}
	return -EAGAIN;
}

uint64_t netlink_netns(int fd)
{
	uint64_t cookie = 0;
	socklen_t len = sizeof(cookie);

	if (raw_getsockopt(fd, SOL_SOCKET, SO_NETNS_COOKIE, &cookie, &len) != 0)
		return 0;
	return cookie;
}
