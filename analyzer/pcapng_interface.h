/* SPDX-License-Identifier: MIT */
/* pcapng_interface.h - what an interface description block of pcapng says. */
#ifndef RSTWATCH_PCAPNG_INTERFACE_H
#define RSTWATCH_PCAPNG_INTERFACE_H

#include <stdint.h>

#include "pcapng.h"

/* ns = (ticks * times / by >> shift) + offset_s seconds. */
struct pcapng_clock {
	uint64_t times;
	uint64_t by;
	int64_t offset_s;
	uint8_t shift;
};

struct pcapng_interface {
	uint32_t linktype; /* as linktype_of() gives it */
	uint32_t snaplen;  /* 0: none */
	struct pcapng_clock clock;
};

/* Reads a PCAPNG_INTERFACE block: 0, -1 where an option leaves the block. */
int pcapng_interface(const struct pcapng_block *b, struct pcapng_interface *i);

/*
 * A packet's time, ns since 1970: 0 before 1970, UINT64_MAX behind the year
 * 2554. Every if_tsresol and if_tsoffset has a meaning.
 */
uint64_t pcapng_time(const struct pcapng_clock *c, uint64_t ticks);

#endif
