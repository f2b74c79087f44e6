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
	uint32_t *claims; /* how many resets each event has */
	const struct report *report;
	struct sighting *sightings; /* what the findings point to */
};

/*
 * Estimates clock_offset_ns of each log in r->inputs, from the pairs of record
 * and reset that agree by ends and place. 0 or -1.
 */
int correlate_clocks(const struct correlation *c, struct report *r);

/* Ties each reset to the records that it fits best. */
void correlate_tie(struct correlation *c, struct report *r);

/* Adds findings for the records that no reset was tied to. 0 or -1. */
int correlate_rest(struct correlation *c, struct report *r);

#endif
