/* SPDX-License-Identifier: MIT */
/* clock.c - the length of a tick, measured between start and now. */
#include "clock.h"

static uint64_t start_ticks, start_ns;

void clock_start(void)
{
	start_ns = clock_ns(CLOCK_MONOTONIC);
	start_ticks = clock_ticks();
}

uint64_t clock_ago(uint64_t ticks)
{
	uint64_t now_ns = clock_ns(CLOCK_MONOTONIC);
	uint64_t now = clock_ticks();

	if (ticks == 0 || now <= ticks || now <= start_ticks)
		return 0;
	return (uint64_t)((double)(now - ticks) * (double)(now_ns - start_ns) /
			  (double)(now - start_ticks));
}
