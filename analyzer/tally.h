/* SPDX-License-Identifier: MIT */
/* tally.h - resets counted by cause, by program and call, by hosts. */
#ifndef ANALYZER_TALLY_H
#define ANALYZER_TALLY_H

#include "model.h"

enum tally_by {
	TALLY_CAUSES,
	TALLY_CALLS, /* of those that a log tells of */
	TALLY_HOSTS, /* pairs of addresses, whichever sent it */
	TALLY_COUNT
};

/* So many resets are like this one. */
struct tally_row {
	const struct finding *like;
	size_t count;
};

/* The most frequent first. */
struct tally {
	struct tally_row *row;
	size_t count;
};

/* 0, or -1 where memory is short. Freed by tally_free(). */
int tally_make(struct tally *t, const struct report *r, enum tally_by by);
void tally_free(struct tally *t);

/* "unread-data", "server close()", "10.0.0.1 - 10.0.0.2"; escaped. */
void tally_write(struct rst_text *t, const struct finding *f, enum tally_by by);

#endif
