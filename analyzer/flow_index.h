/* SPDX-License-Identifier: MIT */
/* flow_index.h - finds a connection's number by its two ends. */
#ifndef ANALYZER_FLOW_INDEX_H
#define ANALYZER_FLOW_INDEX_H

#include <stddef.h>

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

/* The same for both directions. */
uint32_t flow_index_hash(const struct flow_index *x, const struct segment *s);
uint32_t flow_index_hash_flow(const struct flow_index *x, const struct flow *f);

/*
 * The number of s's connection, plus one, and which end sent s; 0 where there
 * is none.
 */
uint32_t flow_index_find(const struct flow_index *x, const struct segment *s,
			 int *dir);

/*
 * Adds flows[number], which the index doesn't have, while `live` others are in
 * it: 0, or -1 where there is no room and no memory for more.
 */
int flow_index_add(struct flow_index *x, uint32_t number, uint32_t live);

/* Takes out flows[number], which is in it. */
void flow_index_remove(struct flow_index *x, uint32_t number);

/* What a slot must hold for that distance, besides the number. */
static inline uint32_t flow_index_mark(uint32_t hash, uint32_t distance)
{
	return (hash >> TAG_SHIFT) << DISTANCE_BITS |
	       (distance < FAR ? distance : FAR);
}

/* The number, plus one, that a search for hash will look at first; or 0. */
static inline uint32_t flow_index_guess(const struct flow_index *x,
					uint32_t hash)
{
	for (uint32_t distance = 0;; distance++) {
		uint32_t slot = x->slots[(hash + distance) & x->mask];

		if (!slot ||
		    slot >> NUMBER_BITS == flow_index_mark(hash, distance))
			return slot & ((1u << NUMBER_BITS) - 1);
	}
}

#endif
