/* SPDX-License-Identifier: MIT */
/* clock.h - time stamps cheap enough for every read and write. */
#ifndef RSTWATCH_CLOCK_H
#define RSTWATCH_CLOCK_H

#include <stdint.h>
#include <time.h>

#include "raw.h"

/*
 * The kernel's clock, through its own page of code where there is one. Not
 * libc's: another preload may have put its own in its place.
 */
uint64_t clock_ns(clockid_t id);

/*
 * A counter in a unit of its own; clock_ago() converts. Reading it costs a
 * third of clock_gettime() (7 ns against 20), and it is read at every call.
 */
static inline uint64_t clock_ticks(void)
{
#if defined(__x86_64__)
	return __builtin_ia32_rdtsc();
#elif defined(__aarch64__)
	uint64_t t;

	__asm__ volatile("mrs %0, cntvct_el0" : "=r"(t));
	return t;
#else
	return clock_ns(CLOCK_MONOTONIC);
#endif
}

/*
 * So many ticks are a second, or less: on x86 a third of one at 3 GHz, for the
 * counter's own rate would have to be measured.
 */
static inline uint64_t clock_long(void)
{
#if defined(__aarch64__)
	uint64_t rate;

	__asm__ volatile("mrs %0, cntfrq_el0" : "=r"(rate));
	return rate;
#else
	return UINT64_C(1) << 30;
#endif
}

/* Finds the kernel's page, remembers a pair of both clocks. */
void clock_start(void);

/* How long ago ticks were read, in ns; 0 where it can't be told. */
uint64_t clock_ago(uint64_t ticks);

#endif
