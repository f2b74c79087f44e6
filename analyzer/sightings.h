/* SPDX-License-Identifier: MIT */
/* sightings.h - the same reset in several captures counts once. */
#ifndef ANALYZER_SIGHTINGS_H
#define ANALYZER_SIGHTINGS_H

#include "model.h"

/*
 * Finds the resets that several captures show, estimates by them how far the
 * captures' clocks are apart (clock_offset_ns of the inputs), and leaves of
 * each reset the finding that tells most; where else it was seen, it knows.
 * *room is what these point to, to be freed after the report. For findings as
 * they come from the captures, echoes by position.first. 0, or -1 where memory
 * is short.
 */
int sightings_merge(struct report *r, struct sighting **room);

#endif
