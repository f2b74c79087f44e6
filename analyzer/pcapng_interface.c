/* SPDX-License-Identifier: MIT */
/* pcapng_interface.c - reads an interface description block of pcapng. */
#include "pcapng_interface.h"

#include "savefile.h"

enum {
	OPTIONS = 16, /* where they begin in the block */
	OPTION_END = 0,
	OPTION_TSRESOL = 9,
	OPTION_TSOFFSET = 14,
	RESOLUTION_MICRO = 6, /* where the block says none */
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

static struct pcapng_clock clock_of(uint8_t resolution, int64_t offset_s)
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

int pcapng_interface(const struct pcapng_block *b, struct pcapng_interface *i)
{
	uint8_t resolution = RESOLUTION_MICRO;
	uint64_t offset_s = 0;
	uint32_t end = b->len - 4;
	uint32_t at = OPTIONS;

	while (end - at >= 4 && pcapng_u16(b, at) != OPTION_END) {
		uint16_t code = pcapng_u16(b, at);
		uint32_t len = pcapng_u16(b, at + 2);

		at += 4;
		if (len > end - at)
			return -1;
		if (code == OPTION_TSRESOL && len == 1)
			resolution = b->bytes[at];
		if (code == OPTION_TSOFFSET && len == 8)
			offset_s = pcapng_u64(b, at);
		at += (len + 3) & ~3U;
	}
	i->linktype = linktype_of(pcapng_u16(b, 8));
	i->snaplen = pcapng_u32(b, 12);
	i->clock = clock_of(resolution, (int64_t)offset_s);
	return 0;
}

uint64_t pcapng_time(const struct pcapng_clock *c, uint64_t ticks)
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
