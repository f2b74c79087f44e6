/* SPDX-License-Identifier: MIT */
/* probe.h - asks the kernel for the facts about one descriptor. */
#ifndef RSTWATCH_PROBE_H
#define RSTWATCH_PROBE_H

#include <stdbool.h>
#include <stdint.h>

#include "rstwatch/facts.h"

/*
 * Nothing here touches errno, allocates, blocks, changes the socket or reads
 * SO_ERROR; all of it may be called from a signal handler. Every call is a raw
 * system call, so it never passes through our own wrappers.
 */

enum rst_probe_kind {
	RST_PROBE_NOT_TCP, /* a file, a pipe, UDP, or a closed descriptor */
	RST_PROBE_TCP,
	RST_PROBE_MPTCP,
};

/* What fd is: one getsockopt(), two where the answer is TCP or MPTCP. */
enum rst_probe_kind rst_probe_kind(int fd);

/* The socket's cookie (SO_COOKIE, kernel 4.12), 0 where it has none. */
uint64_t rst_probe_cookie(int fd);

/*
 * poll(2) with timeout 0 for POLLIN, POLLPRI, POLLRDHUP: the revents; POLLNVAL
 * also where poll fails (RLIMIT_NOFILE is 0). The cheapest look at a
 * connection. SO_RCVLOWAT and the urgent mark can hide unread data from it.
 */
short rst_probe_glance(int fd);

/*
 * SIOCINQ: bytes readable up to the urgent mark; -1 where it fails. An MPTCP
 * socket counts the end of file too, and a fast-open child says 0.
 */
int rst_probe_inq(int fd);

/*
 * Milliseconds since a segment with an ACK came in, as a peer's FIN is one
 * (tcpi_last_ack_recv); UINT32_MAX where that can't be told.
 */
uint32_t rst_probe_heard_ms(int fd);

/* RST_STATE_UNKNOWN where it fails. */
enum rst_state rst_probe_state(int fd);

/* SO_LINGER: RST_LINGER_OFF or seconds; RST_LINGER_OFF where it fails. */
int rst_probe_linger(int fd);

/*
 * Where sock_diag is asked. It keeps one netlink descriptor open between
 * calls: at a high number, close-on-exec, its inode checked before each use,
 * so that a program that closed or reused the number loses nothing. One per
 * process, zero-initialized; safe to share between threads and signal
 * handlers (whoever finds it busy opens one of their own for that call).
 */
struct rst_diag {
	int fd;		/* number + 1; 0 where none is open */
	int pid;	/* the process that opened it */
	uint64_t inode; /* its identity */
	uint64_t netns; /* the namespace that it speaks of (SO_NETNS_COOKIE) */
	uint32_t seq;	/* of the last question */
	int busy;
	int is_proven; /* the kernel has the TCP part of sock_diag */
	int is_denied; /* the kernel or a filter said no: never asked again */
};

/*
 * To be called in the child of a real fork(), never of a vfork(): closes the
 * parent's descriptor and starts anew. Without it a child opens a descriptor
 * for each question, because it can't tell itself from a vfork child, which
 * shares the parent's memory.
 */
void rst_diag_after_fork(struct rst_diag *d);

/* True if fd is the descriptor that d keeps. */
bool rst_diag_owns(const struct rst_diag *d, int fd);

/*
 * What rst_probe() is to find out, beyond what costs nothing extra; and what
 * is known already, so that it need not ask.
 */
enum rst_want {
	RST_WANT_BASIC = 0,	  /* state, queues, options, bytes */
	RST_WANT_NAMES = 1 << 0,  /* both addresses */
	RST_WANT_EXACT = 1 << 1,  /* unread by sock_diag where SIOCINQ can
				     be wrong (urgent mark, SYN_RECV); where
				     it is needed and can't be asked, unread
				     stays unknown */
	RST_WANT_PEER = 1 << 2,	  /* the other end, where on this host */
	RST_WANT_ACCEPT = 1 << 3, /* a listener's queue, counted exactly */
	RST_WANT_ALL = 0xf,
	RST_WANT_CLOSE = 1 << 4,  /* with others, for a close: what unread data
				     or linger zero has settled already need
				     not be asked of TCP_LINGER2 and peer */
	RST_KNOWN_TCP = 1 << 5,	  /* it is no MPTCP socket */
	RST_KNOWN_PLAIN = 1 << 6, /* neither SO_LINGER nor TCP_REPAIR was set:
				     believed where anything is unread */
	RST_KNOWN_NO_MARK = 1 << 7, /* poll(2) showed no POLLPRI just now */
};

/*
 * Fills f (zeroed first) with what the kernel says of fd; f->have tells which
 * fields are known. remembered, if not NULL, gives the two addresses, which the
 * kernel no longer tells in state CLOSE; what it has is not asked. diag may be
 * NULL: then nothing is asked through sock_diag. holder is left at
 * RST_HOLDER_NONE: who shares the descriptor is for the caller to find out. 0,
 * or -1 where fd is no TCP socket.
 */
int rst_probe(int fd, unsigned want, struct rst_diag *diag,
	      const struct rst_addr remembered[2], struct rst_facts *f);

/*
 * Whether somebody would answer a SYN that fd, not connected yet, sends to
 * f->peer: fills f->peer_socket with RST_PEER_LISTENER, RST_PEER_GONE, or
 * RST_PEER_ELSEWHERE where peer is another host or can't be asked (then
 * RST_HAVE_PEER_SOCKET stays off). Same network namespace only.
 */
void rst_probe_listener(int fd, struct rst_diag *diag, struct rst_facts *f);

#endif
