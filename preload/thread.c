/* SPDX-License-Identifier: MIT */
/* thread.c - asks /proc in which calls the other threads wait. */
#include "thread.h"

#include <stddef.h>

#include "rstwatch/inside.h"

#include "process.h"

/*
 * Of a thread that was woken /proc only says "running" (inside.c). Such a one
 * may read what is unread, or accept what waits, before its call lets go of the
 * file: so the wrappers of these calls note in the descriptor's slot who has
 * entered. There is room for one; a second leaves a mark, and then whoever runs
 * may be in there. (One in poll() takes nothing: the reset comes when it has
 * returned.)
 */
/* The lower half of a thread's number, and never 0. */
static uint16_t noted_as(int tid)
{
	uint16_t half = (uint16_t)tid;

	return half ? half : 1;
}

void thread_note(struct desc *d)
{
	uint16_t own = noted_as(process_thread());
	uint16_t before = DESC_GET(d->inside);

	if (before && before != own)
		desc_mark(d, DESC_CROWDED);
	DESC_SET(d->inside, own);
}

void thread_unnote(struct desc *d)
{
	if (DESC_GET(d->inside) == noted_as(process_thread()))
		DESC_SET(d->inside, 0);
}

/* Of who runs: whoever it is (anyone), or only this one; 0 for none. */
struct entered {
	bool anyone;
	uint16_t noted;
};

static bool may_have_entered(void *arg, int32_t tid)
{
	const struct entered *e = arg;

	return e->anyone || e->noted == noted_as(tid);
}

int32_t thread_inside(int fd, const struct desc *d, bool waiting)
{
	struct entered e = {desc_has(d, DESC_CROWDED), DESC_GET(d->inside)};

	if (!thread_any() || (!waiting && !e.anyone && !e.noted))
		return 0;
	return rst_inside_find(0, process_thread(), fd, waiting,
			       may_have_entered, &e);
}
