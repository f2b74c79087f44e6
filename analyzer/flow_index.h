/* SPDX-License-Identifier: MIT */
/* flow_index.h - finds a connection's number by its two ends. */
#ifndef ANALYZER_FLOW_INDEX_H
#define ANALYZER_FLOW_INDEX_H

#include <stddef.h>
#include <string.h>

#include "flow.h"

/*
 * Open addressing with linear probing, doubled when half full. A slot is one
 * word, 0 where it is empty:
 *
 *   number    of the connection, plus one
 *   distance  from the slot that the hash names, up to FAR and then unsaid
 *   tag       more of the hash
 *
 * A slot of another connection differs in the last two nearly always, so a
 * search reads one connection; and the distance lets a slot be emptied and
 * those behind it move up without a look at theirs. The hash is seeded, so that
 * nobody can make a capture that is slow to read.
 */
enum {
	NUMBER_BITS = 21,
	DISTANCE_BITS = 5,
	TAG_SHIFT = NUMBER_BITS + DISTANCE_BITS,
	FAR = (1 << DISTANCE_BITS) - 1,
	NUMBER_MASK = (1 << NUMBER_BITS) - 1,
};

struct flow_index {
	const struct flow *flows; /* by number; the caller's */
	uint32_t *slots;
	uint32_t mask;
	uint64_t seed;
};

/* 0, or -1 where memory is short. */
int flow_index_open(struct flow_index *x, const struct flow *flows);
void flow_index_close(struct flow_index *x);
void flow_index_clear(struct flow_index *x);

/*
 * Adds flows[number] of that hash, which the index doesn't have, while `live`
 * others are in it: 0, or -1 where there is no room and no memory for more.
 */
int flow_index_add(struct flow_index *x, uint32_t hash, uint32_t number,
		   uint32_t live);

/* Takes out flows[number], which is in it. */
void flow_index_remove(struct flow_index *x, uint32_t number);

/* What every packet asks for is here, to be inlined. */

static inline uint64_t flow_index_mix(uint64_t a, uint64_t b)
{
	unsigned __int128 product = (unsigned __int128)a * b;

	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline uint64_t flow_index_word(const void *p)
{
	uint64_t n;

	memcpy(&n, p, sizeof(n));
	return n;
}

static inline uint64_t flow_index_hash_end(const uint8_t ip[16], uint32_t port,
					   uint64_t seed)
{
	return flow_index_mix(flow_index_word(ip) ^ seed ^ (uint64_t)port << 32,
			      flow_index_word(ip + 8) ^ port ^
				      0x9e3779b97f4a7c15ull);
}

/* Both directions of a connection have the same hash: the ends are summed. */
static inline uint32_t flow_index_hash_sum(uint64_t sum, uint64_t seed)
{
	return (uint32_t)flow_index_mix(sum, 0xd6e8feb86659fd93ull ^ seed);
}

static inline uint32_t flow_index_hash(const struct flow_index *x,
				       const struct segment *s)
{
	return flow_index_hash_sum(
		flow_index_hash_end(s->src.ip, s->src.port, x->seed) +
			flow_index_hash_end(s->dst.ip, s->dst.port, x->seed),
		x->seed);
}

static inline uint32_t flow_index_hash_flow(const struct flow_index *x,
					    const struct flow *f)
{
	const struct flow_end *end = f->end;

	return flow_index_hash_sum(
		flow_index_hash_end(end[0].ip, end[0].port, x->seed) +
			flow_index_hash_end(end[1].ip, end[1].port, x->seed),
		x->seed);
}

/* What a slot must hold for that distance, besides the number. */
static inline uint32_t flow_index_mark(uint32_t hash, uint32_t distance)
{
	return (hash >> TAG_SHIFT) << DISTANCE_BITS |
	       (distance < FAR ? distance : FAR);
}

/*
 * The number, plus one, that a search for hash will most likely look at; or 0,
 * or another. Without branches, for nobody could foresee them.
 */
static inline uint32_t flow_index_guess(const struct flow_index *x,
					uint32_t hash)
{
	uint32_t home = x->slots[hash & x->mask];
	uint32_t next = x->slots[(hash + 1) & x->mask];
	uint32_t is_home = home >> NUMBER_BITS == flow_index_mark(hash, 0);

	return (next ^ ((home ^ next) & -is_home)) & NUMBER_MASK;
}

static inline bool flow_index_is_end(const struct flow_end *end,
				     const struct rst_addr *a)
{
	return !((flow_index_word(end->ip) ^ flow_index_word(a->ip)) |
		 (flow_index_word(end->ip + 8) ^ flow_index_word(a->ip + 8)) |
		 (uint64_t)(end->port ^ a->port));
}

/* Whether s is of f, and which end sent it. */
static inline bool flow_index_is_of(const struct flow *f,
				    const struct segment *s, int *dir)
{
	*dir = !flow_index_is_end(&f->end[0], &s->src);
	return flow_index_is_end(&f->end[*dir], &s->src) &&
	       flow_index_is_end(&f->end[!*dir], &s->dst) &&
	       !(f->flags & FLOW_IPV6) == (s->src.family == 4);
}

/*
 * The number of s's connection, plus one, and which end sent s; 0 and 0 where
 * there is none.
 */
static inline uint32_t flow_index_find(const struct flow_index *x,
				       const struct segment *s, int *dir)
{
	for (uint32_t distance = 0;; distance++) {
		uint32_t slot = x->slots[(s->hash + distance) & x->mask];
		uint32_t number = slot & NUMBER_MASK;

		if (!slot) {
			/* Another connection of this hash may have set it. */
			*dir = 0;
			return 0;
		}
		if (slot >> NUMBER_BITS == flow_index_mark(s->hash, distance) &&
		    flow_index_is_of(&x->flows[number - 1], s, dir))
			return number;
	}
}

#endif
