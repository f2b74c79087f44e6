/* SPDX-License-Identifier: MIT */
/* relatives.c - a page that a fork doesn't copy. */
#include "relatives.h"

#include <sys/mman.h>

#include "libc.h"

enum { CARRIED_MAX = 256 };

struct news {
	bool has_taken;
	bool is_full; /* any socket may be on its way */
	uint64_t carried[CARRIED_MAX];
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
