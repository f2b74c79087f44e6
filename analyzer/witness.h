/* SPDX-License-Identifier: MIT */
/* witness.h - the kernel's own account of the resets it sends and accepts. */
#ifndef RSTWATCH_WITNESS_H
#define RSTWATCH_WITNESS_H

#include <stdbool.h>
#include <stdint.h>

#include "rstwatch/addr.h"
#include "rstwatch/facts.h"

#include "own.h"

enum {
	WITNESS_ERROR_MAX = 256,
	WITNESS_REASON_MAX = 32,
	WITNESS_STACK_MAX = 24,
	WITNESS_PLACE_MAX = 128,
};

/*
 * One hit of tracepoint tcp:tcp_send_reset or, where is_received, of
 * tcp:tcp_receive_reset. What to know of them (kernel.md section 5):
 *
 * - They come from every network namespace of the machine, and say not which.
 * - A listener's reset has no peer (family 0): it answers for a connection
 *   that does not exist.
 * - state is the one at emission: CLOSE for nearly all active resets; before
 *   is the state that the socket had until then.
 * - An active reset is reported after it was sent, on loopback even after the
 *   peer's account of it; a passive one before.
 * - pid is whoever ran when it happened, not always who caused it.
 * - is_received is no proof of a segment that arrived: the kernel also says it
 *   of a socket that it resets itself for data after close, and does not say
 *   it of sockets in TIME_WAIT or SYN_RECV.
 * - The stack is of an active reset only, for those alone come from a call (or
 *   from a timer, which says so by its reason), and is what frame pointers led
 *   to: nothing to rely on in a program that was built without them.
 * - Netfilter's resets are not here at all; before 6.12 neither are answers
 *   for connections that have no socket.
 */
struct witness_reset {
	uint64_t mono_ns;      /* CLOCK_MONOTONIC */
	uint64_t realtime_ns;  /* the same instant on CLOCK_REALTIME */
	struct rst_addr local; /* of the socket the kernel speaks of */
	struct rst_addr peer;
	bool is_received;
	bool is_active; /* sent for the socket's own sake, answers nothing */
	enum rst_state state;
	enum rst_state before;		 /* UNKNOWN where it can't be told */
	char reason[WITNESS_REASON_MAX]; /* "TCP_ABORT_ON_CLOSE"; "" before
					    kernel 6.10 */
	int32_t pid; /* 0 where it can't be seen from here */
	int32_t tid;
	char comm[16];
	uint64_t cookie; /* SO_COOKIE, only where is_received */
	uint64_t stack[WITNESS_STACK_MAX]; /* innermost first */
	uint32_t stack_len;
	char called_at[WITNESS_PLACE_MAX]; /* run_witness_tie() fills it in;
					      for a terminal, "" if unknown */
};

struct witness;

/*
 * Starts listening to the whole machine. NULL and one sentence in why where the
 * kernel or a privilege does not allow it. Nothing of it outlives the process,
 * however that ends.
 */
struct witness *witness_open(char why[WITNESS_ERROR_MAX]);

/* From now on own learns whose processes and connections there are. */
void witness_follow(struct witness *w, struct own *own);

/* Becomes readable once the ring is half full; drain then, or any time. */
int witness_fd(const struct witness *w);

typedef void witness_each(const struct witness_reset *r, void *arg);

/*
 * Hands over what has happened since the last call, in the order of time. The
 * tracepoints run inside the call that resets: what a program did before now
 * is here now.
 */
void witness_drain(struct witness *w, witness_each *each, void *arg);

/* How many hits the kernel had to drop because nobody drained in time. */
uint64_t witness_lost(const struct witness *w);

/* Hits, of these and of others that it listens to, that were passed over. */
uint64_t witness_skipped(const struct witness *w);

void witness_close(struct witness *w);

#endif
