/* SPDX-License-Identifier: MIT */
/* thread.h - other threads that sit in a call on a descriptor. */
#ifndef RSTWATCH_THREAD_H
#define RSTWATCH_THREAD_H

#include <stdbool.h>
#include <stdint.h>

#include "desc.h"
#include "libc.h"

/* False if this process never had a second thread. */
static inline bool thread_any(void)
{
	return !__libc_single_threaded;
}

/*
 * The thread of this process that is, or may be, in a call on fd: one that
 * waits in any (waiting), or one that runs and has entered one that takes
 * something out of d's queue. 0 where there is none, -1 where it can't be told:
 * no /proc, or more threads than can be looked at in reasonable time. A process
 * that never had a second thread costs nothing.
 */
int32_t thread_inside(int fd, const struct desc *d, bool waiting);

/* What the two below do where there are threads. */
void thread_note(struct desc *d);
void thread_unnote(struct desc *d);

/* Before and after a call that takes something out of d's queue. */
static inline void thread_enter(struct desc *d)
{
	if (UNLIKELY(thread_any()))
		thread_note(d);
}

static inline void thread_leave(struct desc *d)
{
	if (UNLIKELY(DESC_GET(d->inside)))
		thread_unnote(d);
}

#endif
