/* SPDX-License-Identifier: MIT */
/* netlink.h - a way to sock_diag that a program can't notice or break. */
#ifndef RSTWATCH_NETLINK_H
#define RSTWATCH_NETLINK_H

#include <linux/netlink.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "rstwatch/probe.h"

/*
 * One conversation with the kernel. All signals are blocked from begin to end:
 * a handler that asks too would find the descriptor busy, and one that jumps
 * away (longjmp, pthread_exit) would leave it busy, or open, for ever. Nothing
 * here waits: the kernel has answered when the question's system call returns.
 */
struct netlink {
	int fd;
	uint32_t seq;
	struct rst_diag *home; /* NULL while fd is this conversation's own */
	uint64_t netns;	       /* the namespace that is asked about */
	uint64_t blocked;      /* signals that were blocked before */
};

enum netlink_kind {
	NETLINK_KEPT,  /* the descriptor that rst_diag keeps, if it's free */
	NETLINK_FRESH, /* one of its own: after a dump that is cut off, the
			  rest would be read by the next one who asks */
};

/*
 * Asks about sockets in the network namespace of descriptor fd. 0, or -errno:
 * then nothing is open, and netlink_end() must not be called (-EXDEV: this
 * thread is in another namespace by now). d may be shared between threads and,
 * after vfork(), between processes.
 */
int netlink_begin(struct netlink *n, struct rst_diag *d, enum netlink_kind kind,
		  int fd);
void netlink_end(struct netlink *n);

/* Sends a question; its nlmsg_seq is filled in. 0, or -errno. */
int netlink_ask(struct netlink *n, struct nlmsghdr *question);

/*
 * The next datagram that answers the last question; what was left from an
 * earlier one is thrown away. Its length, or -errno (-EAGAIN: none is there,
 * -EMSGSIZE: cap is too small).
 */
ssize_t netlink_answer(struct netlink *n, void *buf, size_t cap);

/* A descriptor's network namespace (SO_NETNS_COOKIE, 5.14); 0 if unknown. */
uint64_t netlink_netns(int fd);

#endif
