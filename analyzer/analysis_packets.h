/* SPDX-License-Identifier: MIT */
/* analysis_packets.h - from the packets of captures to findings. */
#ifndef ANALYZER_ANALYSIS_PACKETS_H
#define ANALYZER_ANALYSIS_PACKETS_H

#include "capture.h"
#include "correlate.h"
#include "flows.h"
#include "model.h"
#include "strings.h"

/*
 * Ladders are kept of so many resets: 64 MB of the 307 MB that all findings
 * can take.
 */
enum { LADDERS_MAX = 100000 };

/* So many copies of resets are remembered, 16 MB; more are not annotated. */
enum { COPIES_MAX = 1 << 20 };

/*
 * Segments on their way through the steps of flows.h: each step is taken
 * LOOKAHEAD segments after the one before, when the memory it needs is there.
 */
enum { LOOKAHEAD = 7, QUEUE = 2 * LOOKAHEAD + 2 };

struct packets {
	struct flows *flows;
	struct strings *room; /* for ladders and copies */
	struct correlation *correlation;
	struct report *report;
	struct segment queue[QUEUE]; /* a ring */
	uint64_t queued;	     /* segments ever put in */
	uint64_t taken;		     /* segments ever taken out */
	uint64_t ladders;
	uint64_t copies;
	uint64_t last_ns; /* of the captures so far */
	bool is_short;	  /* of memory */
};

/* One packet of input number `capture`. */
void packets_take(struct packets *x, struct input *in, uint16_t capture,
		  const struct packet *p);

/* The end of a capture: takes in what is still on its way. */
void packets_flush(struct packets *x);

#endif
