/* SPDX-License-Identifier: MIT */
/* pcapng_clock.h - turns an interface's ticks into ns since 1970. */
#ifndef RSTWATCH_PCAPNG_CLOCK_H
#define RSTWATCH_PCAPNG_CLOCK_H

#include <stdint.h>

/* if_tsresol of an interface that says none: 10^-6 s. */
enum { PCAPNG_CLOCK_MICRO = 6 };

/* ns = (ticks * times / by >> shift) + offset_s seconds. */
struct pcapng_clock {
	uint64_t times;
	uint64_t by;
	int64_t offset_s;
	uint8_t shift;
};

/* From the options if_tsresol and if_tsoffset; every value has a meaning. */
struct pcapng_clock pcapng_clock(uint8_t resolution, int64_t offset_s);

/* 0 for times before 1970, the largest number for those behind the year 2554.
 */
uint64_t pcapng_clock_ns(const struct pcapng_clock *c, uint64_t ticks);

#endif
