/* SPDX-License-Identifier: MIT */
/* flows.h - the table of connections: found, begun, and let go. */
#ifndef ANALYZER_FLOWS_H
#define ANALYZER_FLOWS_H

#include <stddef.h>

#include "flow.h"
#include "history.h"

/*
 * Memory is bounded: FLOWS_MAX connections of 128 bytes, 12 more where one fell
 * silent or was reset, 8 of index, and a history of HISTORY_MAX packets for all
 * of them together, 161 MiB in all, of which only what is used is touched. A
 * connection that has ended is kept for a minute of capture time, for what
 * follows it, but no more than FLOWS_LINGER_MAX of them. Where the table is
 * full, connections are forgotten: first those of which there was only a SYN,
 * then those that have been silent the longest (the clock algorithm).
 */
enum {
	FLOWS_MAX = 1 << 20,
	FLOWS_LINGER_MAX = 1 << 16,
};

struct flows_stats {
	uint64_t connections;
	uint64_t copies;    /* packets captured at a second place */
	uint64_t forgotten; /* connections dropped for want of room */
	uint32_t live;
	uint32_t live_most;
};

struct flows;

/* A table for at most max connections; NULL where memory is short. */
struct flows *flows_new(size_t max);
void flows_free(struct flows *t);

/* Forgets all connections (another capture of the same time begins). */
void flows_clear(struct flows *t);

const struct flows_stats *flows_stats(const struct flows *t);

struct flow_step {
	struct flow *flow; /* valid until the next flows_add() */
	struct flow_rare *rare;
	int dir;     /* s was sent by flow->end[dir] */
	bool is_new; /* s begins a connection */
	/*
	 * What s is a copy of, seen before at another place: it is not taken
	 * in. NULL if it is none; valid as flow.
	 */
	const struct past *copied;
};

/*
 * A segment is taken in by three steps. What the first two do is wait for
 * memory: whoever takes some other segments between them finds it there.
 */
void flows_prepare(const struct flows *t, struct segment *s);
void flows_fetch(const struct flows *t, const struct segment *s);
struct flow_step flows_add(struct flows *t, const struct segment *s);

/*
 * The last packets of f that the history still holds, newest first, at most
 * max. The number of them.
 */
size_t flows_past(const struct flows *t, const struct flow *f, struct past *out,
		  size_t max);

#endif
