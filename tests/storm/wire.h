/* SPDX-License-Identifier: MIT */
/* wire.h - captures all TCP segments of two networks in memory. */
#ifndef STORM_WIRE_H
#define STORM_WIRE_H

#include "accounts.h"

struct wire;

/* The calling thread keeps an account: it comes before all whom that is about.
 */
void wire_comes_first(void);

/*
 * Begins, in both namespaces, and leaves the calling thread in the first: NULL
 * and errno on failure. Each segment is there once as it was sent and, with
 * arrived_ns set, once as it arrived; accounts_sort() makes one of both.
 */
struct wire *wire_start(struct list *packets, int here, int there);

/* How many resets went over the wire so far. */
uint64_t wire_resets(const struct wire *w);

/* Takes what is left, ends; the number of packets that were lost. */
uint64_t wire_stop(struct wire *w);

#endif
