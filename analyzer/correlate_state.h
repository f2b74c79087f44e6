/* SPDX-License-Identifier: MIT */
/* correlate_state.h - the inside of a correlation, for its parts. */
#ifndef ANALYZER_CORRELATE_STATE_H
#define ANALYZER_CORRELATE_STATE_H

#include "correlate.h"
#include "correlate_index.h"

struct correlation {
	const struct log_event *events;
	size_t count;
	struct event_index index;
	struct event_index single; /* of correlate_translated_open() */
	uint32_t *claims;	   /* how many resets each event has */
	const struct report *report;
	struct sighting *sightings; /* what the findings point to */
};

/*
 * Calls take() for each record without a claim that belongs to f but for the
 * address of one end; correlate_translated_open() must have been called since
 * the last claim. 0 or -1.
 */
int correlate_translated_open(struct correlation *c);
void correlate_translated(const struct correlation *c, const struct finding *f,
			  void (*take)(void *arg, uint32_t event), void *arg);

/*
 * Estimates clock_offset_ns of each log in r->inputs, from the pairs of record
 * and reset that agree by ends and place. 0 or -1.
 */
int correlate_clocks(struct correlation *c, struct report *r);

/* Ties each reset to the records that it fits best. 0 or -1. */
int correlate_tie(struct correlation *c, struct report *r);

/* Adds findings for the records that no reset was tied to. 0 or -1. */
int correlate_rest(struct correlation *c, struct report *r);

#endif
