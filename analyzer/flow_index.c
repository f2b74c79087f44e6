/* SPDX-License-Identifier: MIT */
/* flow_index.c - finds a connection's number by its two ends. */
#include <sys/random.h>

#include "flow_index.h"
#include "room.h"

/* Of few connections too, one large page: none grows while it is young. */
enum { SLOTS_MIN = 1 << 18 };

int flow_index_open(struct flow_index *x, const struct flow *flows)
{
	x->flows = flows;
	x->mask = SLOTS_MIN - 1;
	x->slots = room_map(SLOTS_MIN * sizeof(*x->slots));
	if (!x->slots)
		return -1;
	return getrandom(&x->seed, sizeof(x->seed), 0) == sizeof(x->seed) ? 0
									  : -1;
}

static size_t size_of(const struct flow_index *x)
{
	return (x->mask + 1ul) * sizeof(*x->slots);
}

void flow_index_close(struct flow_index *x)
{
	room_unmap(x->slots, size_of(x));
}

void flow_index_clear(struct flow_index *x)
{
	room_clear(x->slots, size_of(x));
}

static void insert(struct flow_index *x, uint32_t hash, uint32_t number)
{
	uint32_t distance = 0;

	while (x->slots[(hash + distance) & x->mask])
		distance++;
	x->slots[(hash + distance) & x->mask] =
		flow_index_mark(hash, distance) << NUMBER_BITS | (number + 1);
}

/* Twice as many slots: 0, or -1 where memory is short. */
static int grow(struct flow_index *x)
{
	struct flow_index old = *x;

	x->mask = old.mask * 2 + 1;
	x->slots = room_map(size_of(x));
	if (!x->slots) {
		*x = old;
		return -1;
	}
	for (uint32_t i = 0; i <= old.mask; i++) {
		uint32_t number = (old.slots[i] & NUMBER_MASK) - 1;

		if (old.slots[i])
			insert(x, flow_index_hash_flow(x, &x->flows[number]),
			       number);
	}
	room_unmap(old.slots, size_of(&old));
	return 0;
}

int flow_index_add(struct flow_index *x, uint32_t hash, uint32_t number,
		   uint32_t live)
{
	/* One must be empty, or a search would never end. */
	if (2 * (live + 1) > x->mask && grow(x) && live + 1 >= x->mask)
		return -1;
	insert(x, hash, number);
	return 0;
}

/* How far slot i lies behind the one that its connection's hash names. */
static uint32_t distance_of(const struct flow_index *x, uint32_t i)
{
	uint32_t slot = x->slots[i & x->mask];
	uint32_t distance = slot >> NUMBER_BITS & FAR;

	if (distance < FAR)
		return distance;
	return (i -
		flow_index_hash_flow(x, &x->flows[(slot & NUMBER_MASK) - 1])) &
	       x->mask;
}

/* Moves what slot i holds n slots nearer to its own. */
static void move_up(struct flow_index *x, uint32_t i, uint32_t distance,
		    uint32_t n)
{
	uint32_t slot = x->slots[i & x->mask];
	uint32_t now = distance - n < FAR ? distance - n : FAR;

	x->slots[(i - n) & x->mask] = (slot & ~((uint32_t)FAR << NUMBER_BITS)) |
				      now << NUMBER_BITS;
}

/* Those behind an emptied slot that were pushed over it move up. */
void flow_index_remove(struct flow_index *x, uint32_t number)
{
	uint32_t hole = flow_index_hash_flow(x, &x->flows[number]);

	while ((x->slots[hole & x->mask] & NUMBER_MASK) != number + 1)
		hole++;
	for (uint32_t i = hole + 1; x->slots[i & x->mask]; i++) {
		uint32_t distance = distance_of(x, i);

		if (distance < i - hole)
			continue;
		move_up(x, i, distance, i - hole);
		hole = i;
	}
	x->slots[hole & x->mask] = 0;
}
