/* SPDX-License-Identifier: MIT */
/* history.h - the last packets of all connections, in one ring. */
#ifndef ANALYZER_HISTORY_H
#define ANALYZER_HISTORY_H

#include <stddef.h>

#include "segment.h"

/*
 * Each entry names the packet before it of its connection, so a connection's
 * last packets cost it one position, however many they are. Positions count
 * from 1 and wrap, 0 is none; what has been overwritten is no longer found:
 * either too much came since, or another connection has its place.
 */
enum { HISTORY_MAX = 1 << 18 };

/* One packet of the recent past. */
struct past {
	uint64_t ts_ns;
	uint64_t frame;
	uint32_t before; /* the packet of the same connection before it */
	uint32_t owner;	 /* that connection's number */
	uint32_t seq;
	uint32_t ack;
	uint32_t len;
	uint32_t taps; /* one bit for each place where it was captured */
	uint16_t window;
	uint16_t ip_id;
	uint16_t capture;
	uint8_t flags;
	uint8_t dir; /* which end of the flow sent it */
};

_Static_assert(sizeof(struct past) == 48, "12 MiB for HISTORY_MAX");

/* A connection's newest packet, and its number. */
struct past_link {
	uint32_t before;
	uint32_t owner;
};

struct history;

struct history *history_new(void);
void history_free(struct history *h);
void history_clear(struct history *h);

/* Adds a packet of the connection: its position. */
uint32_t history_add(struct history *h, struct past_link link, int dir,
		     const struct segment *s, unsigned tap);

/*
 * The same packet, captured on the loopback and on `any`, or before and after
 * a bridge: found from its newest back, if there is one that was not yet seen
 * at this tap, and then it has been; else NULL. Two packets that are alike on
 * one tap are two packets. Valid until the next history_add().
 */
const struct past *history_take_copy(struct history *h, struct past_link link,
				     int dir, const struct segment *s,
				     unsigned tap);

/* Copies its packets from the newest back to out, at most max; how many. */
size_t history_walk(const struct history *h, struct past_link link,
		    struct past *out, size_t max);

#endif
