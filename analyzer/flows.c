/* SPDX-License-Identifier: MIT */
/* flows.c - the table of connections: found, begun, and let go. */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>

#include "flows.h"

/*
 * Arrays, mapped at their full size but touched only where used:
 *
 *   slots    open addressing, linear probing, doubled when half full; a slot
 *            holds a connection's hash (so that most misses end here) and
 * number flows    the connections; released numbers are reused last in, first
 * out history  the last packets of all connections (history.h)
 *
 * A packet costs one slot, one flow, and one entry written in sequence. The
 * hash is seeded, so that nobody can make a capture that is slow to read.
 */
struct slot {
	uint32_t hash;
	uint32_t number; /* of the flow, plus one; 0 is empty */
};

struct lingering {
	uint64_t since_ns;
	uint32_t number;
	uint32_t serial;
};

struct flows {
	struct slot *slots;
	uint32_t slot_mask;
	struct flow *flows;
	uint32_t max;
	uint32_t used; /* numbers ever given out */
	uint32_t hand; /* of the clock */
	uint32_t *free;
	uint32_t free_len;
	uint32_t serial;
	struct lingering *lingering; /* a ring */
	uint64_t lingering_first, lingering_end;
	struct history *history;
	uint32_t taps[32];
	unsigned tap_count;
	uint64_t seed;
	struct flows_stats stats;
};

enum {
	SLOTS_MIN = 4096,
	LINGER_AHEAD = 4,
	FREE_AHEAD = 2,
};

static const uint64_t LINGER_NS = 60 * 1000000000ull;

static void *map(size_t count, size_t size)
{
	void *p = mmap(NULL, count * size, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED)
		return NULL;
	/* Spread over memory as they are, small pages would cost more misses
	 * in the page tables than in the data. Where refused, it is slower. */
	madvise(p, count * size, MADV_HUGEPAGE);
	return p;
}

static void unmap(void *p, size_t count, size_t size)
{
	if (p)
		munmap(p, count * size);
}

void flows_free(struct flows *t)
{
	if (!t)
		return;
	unmap(t->slots, t->slot_mask + 1ul, sizeof(*t->slots));
	unmap(t->flows, t->max, sizeof(*t->flows));
	unmap(t->free, t->max, sizeof(*t->free));
	unmap(t->lingering, FLOWS_LINGER_MAX, sizeof(*t->lingering));
	history_free(t->history);
	free(t);
}

struct flows *flows_new(size_t max)
{
	struct flows *t = calloc(1, sizeof(*t));

	if (!t)
		return NULL;
	t->max = (uint32_t)max;
	t->slot_mask = SLOTS_MIN - 1;
	t->slots = map(SLOTS_MIN, sizeof(*t->slots));
	t->flows = map(max, sizeof(*t->flows));
	t->free = map(max, sizeof(*t->free));
	t->lingering = map(FLOWS_LINGER_MAX, sizeof(*t->lingering));
	t->history = history_new();
	if (!t->slots || !t->flows || !t->free || !t->lingering ||
	    !t->history ||
	    getrandom(&t->seed, sizeof(t->seed), 0) != sizeof(t->seed)) {
		flows_free(t);
		return NULL;
	}
	return t;
}

void flows_clear(struct flows *t)
{
	/* Private anonymous memory is zero again when next touched. */
	madvise(t->slots, (t->slot_mask + 1ul) * sizeof(*t->slots),
		MADV_DONTNEED);
	t->used = t->hand = t->free_len = 0;
	t->lingering_first = t->lingering_end = 0;
	history_clear(t->history);
	t->stats.live = 0;
}

const struct flows_stats *flows_stats(const struct flows *t)
{
	return &t->stats;
}

static uint64_t mix(uint64_t a, uint64_t b)
{
	unsigned __int128 product = (unsigned __int128)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static uint64_t word(const void *p)
{
	uint64_t n;

	memcpy(&n, p, sizeof(n));
	return n;
}

/* Both directions of a connection have the same hash: the ends are summed. */
static uint64_t hash_end(const struct rst_addr *a, uint64_t seed)
{
	uint32_t tail;

	memcpy(&tail, (const char *)a + 16, sizeof(tail));
	return mix(word(a->ip) ^ seed ^ (uint64_t)tail << 32,
		   word(a->ip + 8) ^ tail ^ 0x9e3779b97f4a7c15ull);
}

static uint32_t hash_ends(const struct flows *t, const struct rst_addr *a,
			  const struct rst_addr *b)
{
	uint64_t sum = hash_end(a, t->seed) + hash_end(b, t->seed);

	return (uint32_t)mix(sum, 0xd6e8feb86659fd93ull ^ t->seed);
}

static bool is_same(const struct rst_addr *a, const struct rst_addr *b)
{
	return !memcmp(a, b, sizeof(*a));
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

void flows_prepare(const struct flows *t, struct segment *s)
{
	s->hash = hash_ends(t, &s->src, &s->dst);
	__builtin_prefetch(&t->slots[s->hash & t->slot_mask]);
}

void flows_fetch(const struct flows *t, const struct segment *s)
{
	const struct slot *slot = &t->slots[s->hash & t->slot_mask];

	if (slot->hash == s->hash && slot->number)
		prefetch(&t->flows[slot->number - 1]);
}

static struct slot *slot_find(const struct flows *t, const struct segment *s,
			      int *dir)
{
	for (uint32_t i = s->hash;; i++) {
		struct slot *slot = &t->slots[i & t->slot_mask];
		const struct rst_addr *end;

		if (!slot->number) {
			/* Another connection of this hash may have set it. */
			*dir = 0;
			return slot;
		}
		if (slot->hash != s->hash)
			continue;
		end = t->flows[slot->number - 1].end;
		*dir = !is_same(&end[0], &s->src);
		if (is_same(&end[*dir], &s->src) &&
		    is_same(&end[!*dir], &s->dst))
			return slot;
	}
}

/* Empties a slot and moves up those behind it that were pushed over it. */
static void slot_empty(struct flows *t, uint32_t at)
{
	uint32_t hole = at;

	for (uint32_t i = at + 1;; i++) {
		struct slot *slot = &t->slots[i & t->slot_mask];

		if (!slot->number)
			break;
		if (((i - slot->hash) & t->slot_mask) <
		    ((i - hole) & t->slot_mask))
			continue;
		t->slots[hole & t->slot_mask] = *slot;
		hole = i;
	}
	t->slots[hole & t->slot_mask].number = 0;
}

static void release(struct flows *t, uint32_t number)
{
	struct flow *f = &t->flows[number];
	uint32_t at = hash_ends(t, &f->end[0], &f->end[1]);

	while (t->slots[at & t->slot_mask].number != number + 1)
		at++;
	slot_empty(t, at & t->slot_mask);
	f->flags = 0;
	t->free[t->free_len++] = number;
	t->stats.live--;
}

/* The connection that is soon to go, and the slot of the one before it. */
PREFETCHES prefetch_lingering(const struct flows *t)
{
	uint64_t next = t->lingering_first;
	const struct lingering *l =
		&t->lingering[(next + LINGER_AHEAD) % FLOWS_LINGER_MAX];
	const struct flow *f;

	prefetch(&t->flows[l->number]);
	l = &t->lingering[(next + LINGER_AHEAD / 2) % FLOWS_LINGER_MAX];
	f = &t->flows[l->number];
	__builtin_prefetch(
		&t->slots[hash_ends(t, &f->end[0], &f->end[1]) & t->slot_mask]);
}

static void release_oldest_lingering(struct flows *t)
{
	struct lingering *l =
		&t->lingering[t->lingering_first++ % FLOWS_LINGER_MAX];
	const struct flow *f = &t->flows[l->number];

	if (f->serial == l->serial && f->flags & FLOW_USED)
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
				   .serial = f->serial};
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

/* Twice as many slots: 0, or -1 where memory is short. */
static int grow(struct flows *t)
{
	uint32_t mask = t->slot_mask * 2 + 1;
	struct slot *slots = map(mask + 1ul, sizeof(*slots));

	if (!slots)
		return -1;
	for (uint32_t i = 0; i <= t->slot_mask; i++) {
		uint32_t at = t->slots[i].hash;

		if (!t->slots[i].number)
			continue;
		while (slots[at & mask].number)
			at++;
		slots[at & mask] = t->slots[i];
	}
	unmap(t->slots, t->slot_mask + 1ul, sizeof(*t->slots));
	t->slots = slots;
	t->slot_mask = mask;
	return 0;
}

static uint32_t take_number(struct flows *t)
{
	bool is_crowded = 2 * (t->stats.live + 1) > t->slot_mask;

	if (t->stats.live == t->max || (is_crowded && grow(t)))
		forget_one(t);
	if (!t->free_len)
		return t->used++;
	/* The one that will be taken soon has long been cold. */
	if (t->free_len > FREE_AHEAD)
		prefetch(&t->flows[t->free[t->free_len - 1 - FREE_AHEAD]]);
	return t->free[--t->free_len];
}

static unsigned tap_number(struct flows *t, uint32_t tap)
{
	for (unsigned i = 0; i < t->tap_count; i++)
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
	flow_begin(f, s->ts_ns);
	f->serial = ++t->serial;
	t->stats.connections++;
}

static struct flow *insert(struct flows *t, const struct segment *s,
			   unsigned tap)
{
	uint32_t number = take_number(t);
	struct flow *f = &t->flows[number];
	int dir;

	/* take_number() may have moved slots: look again for the empty one. */
	*slot_find(t, s, &dir) = (struct slot){s->hash, number + 1};
	memset(f, 0, sizeof(*f));
	f->end[0] = s->src;
	f->end[1] = s->dst;
	f->tap = (uint8_t)tap;
	begin(t, f, s);
	if (++t->stats.live > t->stats.live_most)
		t->stats.live_most = t->stats.live;
	return f;
}

struct flow_step flows_add(struct flows *t, const struct segment *s)
{
	unsigned tap = tap_number(t, s->tap);
	struct flow_step step = {0};
	struct slot *slot;
	bool was_finished;

	release_expired(t, s->ts_ns);
	slot = slot_find(t, s, &step.dir);
	if (slot->number)
		step.flow = &t->flows[slot->number - 1];
	else
		step.flow = insert(t, s, tap);
	if (step.flow->tap != tap)
		step.flow->flags |= FLOW_TAPS;
	if (step.flow->flags & FLOW_TAPS &&
	    history_take_copy(t->history, step.flow->past, step.dir, s, tap)) {
		t->stats.copies++;
		step.is_copy = true;
		return step;
	}
	if (flow_is_reused(step.flow, step.dir, s))
		begin(t, step.flow, s);
	step.is_new = !step.flow->packets;
	was_finished = step.flow->flags & FLOW_FINISHED;
	flow_take(step.flow, step.dir, s);
	if (!was_finished && step.flow->flags & FLOW_FINISHED)
		linger(t, step.flow, s->ts_ns);
	step.flow->past =
		history_add(t->history, step.flow->past, step.dir, s, tap);
	return step;
}

size_t flows_past(const struct flows *t, const struct flow *f, struct past *out,
		  size_t max)
{
	return history_walk(t->history, f->past, out, max);
}
