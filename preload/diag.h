/* SPDX-License-Identifier: MIT */
/* diag.h - asks sock_diag about one socket, or about a listener's queue. */
#ifndef RSTWATCH_DIAG_H
#define RSTWATCH_DIAG_H

#include <stdbool.h>
#include <stdint.h>

#include "rstwatch/facts.h"
#include "rstwatch/probe.h"

/* The socket that is meant, seen from itself. */
struct diag_query {
	int fd; /* a socket of the network namespace that is meant */
	struct rst_addr local;
	struct rst_addr peer; /* all zero: any, which finds listeners alone */
	uint32_t ifindex;     /* as if a segment came in by this interface */
	uint64_t cookie;      /* 0: whichever it is */
};

struct diag_socket {
	enum rst_state state;
	bool is_listener; /* no socket has the pair, but its port has one */
	bool is_orphan;	  /* inode 0 */
	bool is_timewait;
	bool is_mptcp; /* a subflow */
	bool has_shutdown;
	bool has_written;
	uint8_t shutdown;
	uint32_t rqueue; /* rcv_nxt - copied_seq, a received FIN included */
	uint32_t wqueue; /* write_seq - snd_una, our FIN included */
	uint64_t written;
};

/*
 * The kernel's own lookup of a segment's receiver (inet_lookup()). 0 and *s
 * filled; -ENOENT if no socket would receive it, which is sure only after
 * diag_is_proven() or another answer; another -errno if it can't be asked.
 */
int diag_find(struct rst_diag *d, const struct diag_query *q,
	      struct diag_socket *s);

/*
 * True if d's kernel can look up TCP sockets at all, and does so in the
 * network namespace of descriptor fd: only then does -ENOENT mean what it says.
 */
bool diag_is_proven(struct rst_diag *d, int fd);

/* The listener that is meant, seen from itself. */
struct diag_listener {
	int fd;	    /* itself */
	int domain; /* AF_INET or AF_INET6 */
	struct rst_addr local;
	uint64_t cookie; /* 0: not known, as that of an MPTCP subflow */
	uint32_t ifindex;
	bool is_v6only;
};

/* What sock_diag lists for its port. */
struct diag_queue {
	bool is_found;	   /* it is in the list itself: the same namespace */
	uint32_t siblings; /* others of its SO_REUSEPORT group */
	uint32_t beside;   /* connections that wait at any other listener that
			      takes connections to the address */
	uint32_t waiting;  /* at all of them: nobody accepted, still alive */
};

/*
 * Counts what waits at the listener and beside it. beside counts the dead as
 * well. 0, or -errno where the list could not be read to its end within a
 * bound of time.
 */
int diag_count_waiting(struct rst_diag *d, const struct diag_listener *l,
		       struct diag_queue *q);

#endif
