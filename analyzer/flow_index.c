/* SPDX-License-Identifier: MIT */
/* flow_index.c - finds a connection's number by its two ends. */
#include <string.h>
#include <sys/random.h>

#include "flow_index.h"
#include "room.h"

enum { SLOTS_MIN = 4096 };

static const uint32_t NUMBER_MASK = (1u << NUMBER_BITS) - 1;

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

static uint64_t hash_end(const uint8_t ip[16], uint32_t port, uint64_t seed)
{
	return mix(word(ip) ^ seed ^ (uint64_t)port << 32,
		   word(ip + 8) ^ port ^ 0x9e3779b97f4a7c15ull);
}

/* Both directions of a connection have the same hash: the ends are summed. */
static uint32_t hash_sum(uint64_t sum, uint64_t seed)
{
	return (uint32_t)mix(sum, 0xd6e8feb86659fd93ull ^ seed);
}

uint32_t flow_index_hash(const struct flow_index *x, const struct segment *s)
{
	return hash_sum(hash_end(s->src.ip, s->src.port, x->seed) +
				hash_end(s->dst.ip, s->dst.port, x->seed),
			x->seed);
}

uint32_t flow_index_hash_flow(const struct flow_index *x, const struct flow *f)
{
	return hash_sum(hash_end(f->end[0].ip, f->end[0].port, x->seed) +
				hash_end(f->end[1].ip, f->end[1].port, x->seed),
			x->seed);
}

static bool is_end(const struct flow_end *end, const struct rst_addr *a)
{
	return word(end->ip) == word(a->ip) &&
	       word(end->ip + 8) == word(a->ip + 8) && end->port == a->port;
}

/* Whether s is of f, and which end sent it. */
static bool is_of(const struct flow *f, const struct segment *s, int *dir)
{
	*dir = !is_end(&f->end[0], &s->src);
	return is_end(&f->end[*dir], &s->src) &&
	       is_end(&f->end[!*dir], &s->dst) &&
	       !(f->flags & FLOW_IPV6) == (s->src.family == 4);
}

uint32_t flow_index_find(const struct flow_index *x, const struct segment *s,
			 int *dir)
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
		    is_of(&x->flows[number - 1], s, dir))
			return number;
	}
}

static void insert(struct flow_index *x, uint32_t number)
{
	uint32_t hash = flow_index_hash_flow(x, &x->flows[number]);
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
	for (uint32_t i = 0; i <= old.mask; i++)
		if (old.slots[i])
			insert(x, (old.slots[i] & NUMBER_MASK) - 1);
	room_unmap(old.slots, size_of(&old));
	return 0;
}

int flow_index_add(struct flow_index *x, uint32_t number, uint32_t live)
{
	/* One must be empty, or a search would never end. */
	if (2 * (live + 1) > x->mask && grow(x) && live + 1 >= x->mask)
		return -1;
	insert(x, number);
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
