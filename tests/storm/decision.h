/* SPDX-License-Identifier: MIT */
/* decision.h - which call a reset belongs to, by the accounts alone. */
#ifndef STORM_DECISION_H
#define STORM_DECISION_H

#include "judge.h"

/* One play's part of each account. */
struct part {
	struct seen_packet *packets;
	struct seen_reset *resets;
	struct seen_record *records;
	const struct seen_fin *fins;
	const struct journal_entry *calls;
	size_t packet_count, reset_count, record_count, fin_count, call_count;
	uint32_t play;
	uint64_t skipped; /* hits that the kernel passed over, in all plays */
	struct judgement *j;
	judge_finding *say;
	void *arg;
};

/* The reset that decides a connection, and all that is known of it. */
struct decision {
	uint16_t port;
	const struct seen_packet *rst;
	const struct seen_reset *kernel;
	const struct seen_packet *trigger; /* NULL: an active reset */
	const struct journal_entry *owner; /* NULL: of no call */
	enum rst_cause cause;
	bool is_mptcp; /* the socket that aborts */
};

static inline bool is_during(const struct journal_entry *c, uint64_t ts_ns)
{
	return c->begin_ns <= ts_ns && (ts_ns <= c->end_ns || !c->end_ns);
}

static inline uint64_t length_of(const struct journal_entry *c)
{
	return c->end_ns ? c->end_ns - c->begin_ns : UINT64_MAX;
}

static inline bool is_side(const struct journal_entry *c, bool is_server)
{
	return c->side == SIDE_ANY ||
	       c->side == (is_server ? SIDE_SERVER : SIDE_CLIENT);
}

/* True if that end's socket is one of MPTCP. */
bool is_mptcp(const struct part *p, bool is_server);

/* True if it was made from a living socket; kernel.md section 2. */
bool looks_active(const struct seen_packet *rst);

/* The kernel's account of a segment; NULL where it has none. */
struct seen_reset *kernel_account(const struct part *p,
				  const struct seen_packet *rst);

/* All there is to know of a reset. */
struct decision decision_of(const struct part *p, const struct seen_packet *rst,
			    const struct seen_reset *kernel);

/*
 * tcp_close() takes the socket out of the tables before it sends the reset: a
 * segment that comes in between is answered first, by nobody's socket.
 */
bool is_overtaken(const struct decision *first, const struct decision *active);

/*
 * The owner aborted its end as well, before the other end's reset came to it:
 * no echo, but a reset of its own.
 */
bool is_crossed(const struct decision *first, const struct decision *active);

/* From the check, or the call's begin, to the first that the call did. */
struct span {
	uint64_t check_ns, effect_ns;
};

/* A segment of the other side's came in that time. */
bool is_race(const struct part *p, const struct span *s, uint16_t port,
	     bool by_server);

/* The same before the reset that d is about. */
bool is_effect_race(const struct part *p, const struct decision *d);

/* Nothing that the caller's host has tells of it, or it isn't worth asking. */
bool is_unseen(const struct part *p, const struct decision *d);

#endif
