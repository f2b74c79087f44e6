/* SPDX-License-Identifier: MIT */
/* room.h - large arrays, of which only what is touched costs memory. */
#ifndef ANALYZER_ROOM_H
#define ANALYZER_ROOM_H

#include <stddef.h>
#include <sys/mman.h>

/* Zeroed; NULL where memory is short. */
static inline void *room_map(size_t size)
{
	void *p = mmap(NULL, size, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED)
		return NULL;
	/* Spread over memory as they are, small pages would cost more misses
	 * in the page tables than in the data. Where refused, it is slower. */
	madvise(p, size, MADV_HUGEPAGE);
	return p;
}

/* All zero again; private anonymous memory is, when next touched. */
static inline void room_clear(void *p, size_t size)
{
	madvise(p, size, MADV_DONTNEED);
}

static inline void room_unmap(void *p, size_t size)
{
	if (p)
		munmap(p, size);
}

#endif
