/* SPDX-License-Identifier: MIT */
/* relatives.c - a page that a fork doesn't copy. */
#include "relatives.h"

#include <sys/mman.h>

#include "libc.h"
#include "raw.h"

enum { CARRIED_MAX = 256, LEAVING_MAX = 256 };

struct news {
	bool has_taken;
	bool is_full;  /* any socket may be on its way */
	uint32_t left; /* the order of the next that leaves */
	uint64_t carried[CARRIED_MAX];
	uint64_t leaving[LEAVING_MAX]; /* a ring, see below */
};

/* Where there is no page to share each speaks for itself. */
static struct news own;
static struct news *news = &own;

void relatives_start(void)
{
	void *page = mmap(NULL, sizeof(*news), PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (page != MAP_FAILED)
		news = page;
}

void relatives_take(void)
{
	__atomic_store_n(&news->has_taken, true, __ATOMIC_RELAXED);
}

bool relatives_took(void)
{
	return __atomic_load_n(&news->has_taken, __ATOMIC_RELAXED);
}

/* Puts to in the place of the first from. */
static bool exchange(uint64_t from, uint64_t to)
{
	for (int i = 0; i < CARRIED_MAX; i++) {
		uint64_t found =
			__atomic_load_n(&news->carried[i], __ATOMIC_RELAXED);

		if (found == from &&
		    __atomic_compare_exchange_n(&news->carried[i], &found, to,
						false, __ATOMIC_RELAXED,
						__ATOMIC_RELAXED))
			return true;
	}
	return false;
}

void relatives_pass(uint64_t cookie)
{
	if (!cookie || !exchange(0, cookie))
		__atomic_store_n(&news->is_full, true, __ATOMIC_RELAXED);
}

void relatives_receive(uint64_t cookie)
{
	if (cookie)
		exchange(cookie, 0);
}

bool relatives_may_carry(uint64_t cookie)
{
	if (!cookie || __atomic_load_n(&news->is_full, __ATOMIC_RELAXED))
		return __atomic_load_n(&news->is_full, __ATOMIC_RELAXED);
	return exchange(cookie, cookie);
}

/*
 * Processes that end at the same time would each take the others for holders,
 * and none would tell of the reset. So whoever leaves takes a place in the
 * ring, and then looks: those that came before don't count. The last of them
 * sees all others so, and tells; whoever came before sees it, or one that has
 * no place yet. Place and name are taken in one step, or two might each miss
 * the other. From above: the round, the inode's lower bits (0: all), the pid.
 */
enum { PID_BITS = 22 /* PID_MAX_LIMIT */, ROUND_SHIFT = 44 };
enum { ALL_TOLD = (1 << PID_BITS) - 1 }; /* in the place of a pid */

static uint64_t name_of(int32_t pid, uint64_t inode)
{
	const uint64_t mask = (UINT64_C(1) << (ROUND_SHIFT - PID_BITS)) - 1;

	return (inode & mask ? inode & mask : inode != 0) << PID_BITS |
	       (uint32_t)pid;
}

static uint64_t *place_of(uint32_t order)
{
	return &news->leaving[order % LEAVING_MAX];
}

static uint64_t round_of(uint32_t order)
{
	return (uint64_t)(order / LEAVING_MAX + 1) << ROUND_SHIFT;
}

uint32_t relatives_leave(int32_t pid, uint64_t inode)
{
	uint32_t order = __atomic_load_n(&news->left, __ATOMIC_RELAXED);

	for (int i = 0; i < LEAVING_MAX; i++, order++) {
		uint64_t *place = place_of(order);
		uint64_t found = __atomic_load_n(place, __ATOMIC_RELAXED);

		if (found >> ROUND_SHIFT == round_of(order) >> ROUND_SHIFT ||
		    !__atomic_compare_exchange_n(
			    place, &found,
			    round_of(order) | name_of(pid, inode), false,
			    __ATOMIC_SEQ_CST, __ATOMIC_RELAXED))
			continue;
		__atomic_store_n(&news->left, order + 1, __ATOMIC_RELAXED);
		break;
	}
	return order;
}

void relatives_stay(uint32_t order)
{
	__atomic_store_n(place_of(order), round_of(order), __ATOMIC_RELAXED);
}

/* When pid said last that it leaves that socket; 0 for never. */
static uint64_t left_at(int32_t pid, uint64_t inode)
{
	uint64_t last = 0;

	for (unsigned i = 0; i < LEAVING_MAX; i++) {
		uint64_t word =
			__atomic_load_n(&news->leaving[i], __ATOMIC_SEQ_CST);
		uint64_t name = word & ((UINT64_C(1) << ROUND_SHIFT) - 1);
		uint64_t at = (word >> ROUND_SHIFT) * LEAVING_MAX + i;

		if ((name == name_of(pid, 0) || name == name_of(pid, inode)) &&
		    at > last)
			last = at;
	}
	return last;
}

bool relatives_leaves(int32_t pid, uint64_t inode)
{
	uint64_t at = left_at(pid, inode);

	return at && at < left_at((int32_t)raw_getpid(), inode);
}

void relatives_tell(uint64_t cookie)
{
	relatives_leave(ALL_TOLD, cookie);
}

bool relatives_told(uint64_t cookie)
{
	return left_at(ALL_TOLD, cookie) != 0;
}

void relatives_reborn(int32_t pid)
{
	const uint64_t mask = (UINT64_C(1) << PID_BITS) - 1;

	if (!__atomic_load_n(&news->left, __ATOMIC_RELAXED))
		return;
	for (unsigned i = 0; i < LEAVING_MAX; i++)
		if ((__atomic_load_n(&news->leaving[i], __ATOMIC_RELAXED) &
		     mask) == (uint32_t)pid)
			__atomic_fetch_and(&news->leaving[i],
					   ~UINT64_C(0) << ROUND_SHIFT,
					   __ATOMIC_RELAXED);
}
