/* SPDX-License-Identifier: MIT */
/* pcapng_clock.c - turns an interface's ticks into ns since 1970. */
#include "pcapng_clock.h"

enum {
	IS_POWER_OF_TWO = 0x80,
	EXPONENT = 0x7f,
	NS_EXPONENT = 9,
	LARGEST_EXPONENT = 19, /* 10^19 is the last that 64 bits hold */
};

static const uint64_t NS_PER_S = 1000000000;

static uint64_t power_of_ten(unsigned exponent)
{
	uint64_t n = 1;

	while (exponent--)
		n *= 10;
	return n;
}

struct pcapng_clock pcapng_clock(uint8_t resolution, int64_t offset_s)
{
	struct pcapng_clock c = {.times = 1, .by = 1, .offset_s = offset_s};
	unsigned exponent = resolution & EXPONENT;

	if (resolution & IS_POWER_OF_TWO) {
		c.times = NS_PER_S;
		c.shift = (uint8_t)exponent;
	} else if (exponent <= NS_EXPONENT) {
		c.times = power_of_ten(NS_EXPONENT - exponent);
	} else if (exponent - NS_EXPONENT <= LARGEST_EXPONENT) {
		c.by = power_of_ten(exponent - NS_EXPONENT);
	} else {
		c.times = 0; /* 2^64 ticks are less than a nanosecond */
	}
	return c;
}

uint64_t pcapng_clock_ns(const struct pcapng_clock *c, uint64_t ticks)
{
	unsigned __int128 scaled = (unsigned __int128)ticks * c->times;
	__int128 ns;

	/* Either is trivial; a division by 1 would cost more than the rest. */
	if (c->by > 1)
		scaled = ticks / c->by;
	ns = (__int128)(scaled >> c->shift) + (__int128)c->offset_s * NS_PER_S;
	if (ns < 0)
		return 0;
	return ns > UINT64_MAX ? UINT64_MAX : (uint64_t)ns;
}
