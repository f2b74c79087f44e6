/* SPDX-License-Identifier: MIT */
/* wire.h - captures all TCP segments of a network namespace in memory. */
#ifndef STORM_WIRE_H
#define STORM_WIRE_H

#include "accounts.h"

struct wire;

/* Begins, in the calling thread's namespace; NULL and errno on failure. */
struct wire *wire_start(struct list *packets);

/* How many resets went over the wire so far. */
uint64_t wire_resets(const struct wire *w);

/* Takes what is left, ends; the number of packets that were lost. */
uint64_t wire_stop(struct wire *w);

#endif
