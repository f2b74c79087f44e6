/* SPDX-License-Identifier: MIT */
/* flows.c - the table of connections: found, begun, and let go. */
#include <stdlib.h>
#include <string.h>

#include "flow_index.h"
#include "flows.h"
#include "room.h"

/*
 * Arrays, mapped at their full size but touched only where used:
 *
 *   index    from the ends of a connection to its number (flow_index.h)
 *   flows    the connections by number; released numbers are a chain through
 *            them, and reused last in, first out
 *   rare     what only some of them need
 *   history  the last packets of all connections (history.h)
 *
 * A packet costs one slot, one flow, and one entry written in sequence.
 */
struct lingering {
	uint64_t since_ns;
	uint32_t number;
	uint16_t generation;
};

struct flows {
	struct flow_index index;
	struct flow *flows;
	struct flow_rare *rare;
	uint32_t max;
	uint32_t used; /* numbers ever given out */
	uint32_t hand; /* of the clock */
	uint32_t free; /* the first released number, plus one; then .past */
	struct lingering *lingering; /* a ring */
	uint64_t lingering_first, lingering_end;
	struct history *history;
	uint32_t taps[32];
	unsigned tap_count;
	struct flows_stats stats;
};

_Static_assert(FLOWS_MAX < 1 << NUMBER_BITS, "a slot holds every number");
_Static_assert(sizeof(struct flow) + sizeof(struct flow_rare) +
			       2 * sizeof(uint32_t) +
			       HISTORY_MAX * sizeof(struct past) / FLOWS_MAX <=
		       160,
	       "160 bytes a live connection, slots and history and all");

enum { LINGER_AHEAD = 4 };

static const uint64_t LINGER_NS = 60 * 1000000000ull;

static size_t lingering_size(void)
{
	return FLOWS_LINGER_MAX * sizeof(struct lingering);
}

void flows_free(struct flows *t)
{
	if (!t)
		return;
	flow_index_close(&t->index);
	room_unmap(t->flows, t->max * sizeof(*t->flows));
	room_unmap(t->rare, t->max * sizeof(*t->rare));
	room_unmap(t->lingering, lingering_size());
	history_free(t->history);
	free(t);
}

struct flows *flows_new(size_t max)
{
	struct flows *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	t->max = (uint32_t)max;
	t->flows = room_map(max * sizeof(*t->flows));
	t->rare = room_map(max * sizeof(*t->rare));
	t->lingering = room_map(lingering_size());
	t->history = history_new();
	if (t->flows && t->rare && t->lingering && t->history &&
	    !flow_index_open(&t->index, t->flows))
		return t;
	flows_free(t);
	return NULL;
}

void flows_clear(struct flows *t)
{
	flow_index_clear(&t->index);
	room_clear(t->rare, t->max * sizeof(*t->rare));
	t->used = t->hand = t->free = 0;
	t->lingering_first = t->lingering_end = 0;
	history_clear(t->history);
	t->stats.live = 0;
}

const struct flows_stats *flows_stats(const struct flows *t)
{
	return &t->stats;
}

/*
 * gcc takes a function that only prefetches for one without effect and drops
 * the call, unless it is inlined before it looks; nor does it fetch for
 * writing where it may not assume that the processor can.
 */
#define PREFETCHES static inline __attribute__((always_inline)) void

PREFETCHES prefetch(const struct flow *f)
{
	for (size_t at = 0; at < sizeof(*f); at += 64)
		__builtin_prefetch((const char *)f + at);
}

PREFETCHES prefetch_slot(const struct flow_index *x, uint32_t hash)
{
	__builtin_prefetch(&x->slots[hash & x->mask]);
}

void flows_prepare(const struct flows *t, struct segment *s)
{
	s->hash = flow_index_hash(&t->index, s);
	prefetch_slot(&t->index, s->hash);
}

void flows_fetch(const struct flows *t, const struct segment *s)
{
	uint32_t number = flow_index_guess(&t->index, s->hash);

	prefetch(&t->flows[number - !!number]);
}

static void forget_rare(const struct flows *t, const struct flow *f)
{
	if (f->flags & FLOW_RARE)
		t->rare[f - t->flows] = (struct flow_rare){0};
}

static void release(struct flows *t, uint32_t number)
{
	struct flow *f = &t->flows[number];

	flow_index_remove(&t->index, number);
	forget_rare(t, f);
	f->flags = 0;
	f->past = t->free;
	t->free = number + 1;
	t->stats.live--;
}

/* The connection that is soon to go, and the slot of the one before it. */
PREFETCHES prefetch_lingering(const struct flows *t)
{
	uint64_t next = t->lingering_first;
	const struct lingering *l =
		&t->lingering[(next + LINGER_AHEAD) % FLOWS_LINGER_MAX];

	prefetch(&t->flows[l->number]);
	l = &t->lingering[(next + LINGER_AHEAD / 2) % FLOWS_LINGER_MAX];
	prefetch_slot(&t->index,
		      flow_index_hash_flow(&t->index, &t->flows[l->number]));
}

/*
 * A connection that was begun anew since has another generation, or lives: its
 * number of 16 bits may come round while the entry waits.
 */
static void release_oldest_lingering(struct flows *t)
{
	struct lingering *l =
		&t->lingering[t->lingering_first++ % FLOWS_LINGER_MAX];
	const struct flow *f = &t->flows[l->number];

	if (f->generation == l->generation && f->flags & FLOW_FINISHED)
		release(t, l->number);
	prefetch_lingering(t);
}

static void release_expired(struct flows *t, uint64_t now_ns)
{
	while (t->lingering_first < t->lingering_end) {
		const struct lingering *l =
			&t->lingering[t->lingering_first % FLOWS_LINGER_MAX];

		if (now_ns < l->since_ns + LINGER_NS)
			break;
		release_oldest_lingering(t);
	}
}

static void linger(struct flows *t, const struct flow *f, uint64_t now_ns)
{
	if (t->lingering_end - t->lingering_first == FLOWS_LINGER_MAX)
		release_oldest_lingering(t);
	t->lingering[t->lingering_end++ % FLOWS_LINGER_MAX] =
		(struct lingering){.since_ns = now_ns,
				   .number = (uint32_t)(f - t->flows),
				   .generation = f->generation};
}

/* There is no room: the clock's hand finds one to forget. */
static void forget_one(struct flows *t)
{
	for (;;) {
		struct flow *f = &t->flows[t->hand];
		uint32_t number = t->hand;

		t->hand = (t->hand + 1) % t->used;
		if (!(f->flags & FLOW_USED))
			continue;
		if (f->flags & FLOW_ACTIVE) {
			f->flags &= (uint16_t)~FLOW_ACTIVE;
			continue;
		}
		release(t, number);
		t->stats.forgotten++;
		return;
	}
}

static uint32_t take_number(struct flows *t)
{
	uint32_t number = t->free - 1;

	if (!t->free)
		return t->used++;
	t->free = t->flows[number].past;
	/* The one that will be taken next has long been cold. */
	if (t->free)
		prefetch(&t->flows[t->free - 1]);
	return number;
}

static unsigned tap_number(struct flows *t, uint32_t tap)
{
	if (t->taps[0] == tap && t->tap_count)
		return 0;
	for (unsigned i = 1; i < t->tap_count; i++)
		if (t->taps[i] == tap)
			return i;
	/* Beyond 32, copies between some pairs of taps count twice. */
	if (t->tap_count == 32)
		return tap % 32;
	t->taps[t->tap_count] = tap;
	return t->tap_count++;
}

static void begin(struct flows *t, struct flow *f, const struct segment *s)
{
	forget_rare(t, f);
	flow_begin(f, s->ts_ns);
	f->generation++;
	t->stats.connections++;
}

static void set_end(struct flow_end *end, const struct rst_addr *a)
{
	memcpy(end->ip, a->ip, sizeof(end->ip));
	end->port = a->port;
}

/* The number of a new connection, plus one. */
static uint32_t insert(struct flows *t, const struct segment *s, unsigned tap)
{
	uint32_t number;
	struct flow *f;

	if (t->stats.live == t->max)
		forget_one(t);
	number = take_number(t);
	f = &t->flows[number];
	/* No predecessor, whatever had this number. */
	f->side[0].flags = f->side[1].flags = 0;
	f->flags = s->src.family == 4 ? 0 : FLOW_IPV6;
	f->tap = tap & 31;
	set_end(&f->end[0], &s->src);
	set_end(&f->end[1], &s->dst);
	while (flow_index_add(&t->index, s->hash, number, t->stats.live))
		forget_one(t);
	begin(t, f, s);
	if (++t->stats.live > t->stats.live_most)
		t->stats.live_most = t->stats.live;
	return number + 1;
}

struct flow_step flows_add(struct flows *t, const struct segment *s)
{
	unsigned tap = tap_number(t, s->tap);
	uint32_t number;
	struct flow *f;
	struct past_link link;
	const struct past *copied = NULL;
	bool is_new, was_finished;
	int dir;

	release_expired(t, s->ts_ns);
	number = flow_index_find(&t->index, s, &dir);
	if (!number)
		number = insert(t, s, tap);
	f = &t->flows[number - 1];
	link = (struct past_link){f->past, number};
	if (f->tap != tap)
		f->flags |= FLOW_TAPS;
	if (f->flags & FLOW_TAPS)
		copied = history_take_copy(t->history, link, dir, s, tap);
	if (copied) {
		t->stats.copies++;
		return (struct flow_step){.flow = f,
					  .rare = &t->rare[number - 1],
					  .dir = dir,
					  .copied = copied};
	}
	if (s->flags & SEG_SYN && flow_is_reused(f, dir, s)) {
		begin(t, f, s);
		link.before = 0;
	}
	is_new = !f->packets;
	was_finished = f->flags & FLOW_FINISHED;
	flow_take(f, &t->rare[number - 1], dir, s);
	if (!was_finished && f->flags & FLOW_FINISHED)
		linger(t, f, s->ts_ns);
	f->past = history_add(t->history, link, dir, s, tap);
	return (struct flow_step){.flow = f,
				  .rare = &t->rare[number - 1],
				  .dir = dir,
				  .is_new = is_new};
}

size_t flows_past(const struct flows *t, const struct flow *f, struct past *out,
		  size_t max)
{
	uint32_t number = (uint32_t)(f - t->flows) + 1;

	return history_walk(t->history, (struct past_link){f->past, number},
			    out, max);
}
