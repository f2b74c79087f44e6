/* SPDX-License-Identifier: MIT */
/* correlate_match.h - whether a reset is the one that a record speaks of. */
#ifndef ANALYZER_CORRELATE_MATCH_H
#define ANALYZER_CORRELATE_MATCH_H

#include "model.h"

/* How well the sequence numbers of a record and a reset agree. */
enum match_place {
	PLACE_WRONG,
	PLACE_UNKNOWN, /* the record or the capture doesn't tell */
	PLACE_EXACT,
};

/* All of these are pure. e is a record of either kind, f a FINDING_RESET. */

/* 0.0.0.0 or ::, or not known at all. */
bool match_is_unspecified(const struct rst_addr *a);

/* True if the record is about a listener, so that it knows no peer. */
bool match_is_listener(const struct log_event *e);

/* True if f has the direction and the form that e foretells. */
bool match_fits(const struct log_event *e, const struct finding *f);

/* True if the record's call got ETIMEDOUT: no reset had come. */
bool match_timed_out(const struct log_event *e);

/* True if f is a reset that the record's socket received, or timing out sent.
 */
bool match_was_received(const struct log_event *e, const struct finding *f);

/*
 * The call's place in the connection, by the bytes sent until then: an active
 * reset has the number after them, and so has the segment that a passive one
 * answers.
 */
enum match_place match_place(const struct log_event *e,
			     const struct finding *f);

/*
 * True if f's numbers are those of e in both directions, though one of the ends
 * has another address: a translator between log and capture changes no numbers.
 */
bool match_is_translated(const struct log_event *e, const struct finding *f);

#endif
