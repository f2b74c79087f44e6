/* SPDX-License-Identifier: MIT */
/* ladder.h - the last packets of a connection and the calls between them. */
#ifndef ANALYZER_LADDER_H
#define ANALYZER_LADDER_H

#include "model.h"
#include "rstwatch/text.h"

enum ladder_kind {
	LADDER_EARLIER, /* packets that are not shown; ns is their number */
	LADDER_SILENCE, /* ns long */
	LADDER_PACKET,
	LADDER_CALL, /* of a log */
};

/* One line, from the top down. */
struct ladder_line {
	enum ladder_kind kind;
	int64_t ns; /* against the reset: before it is negative */
	const struct rung *rung;
	const struct log_event *event;
};

/* Each packet and two calls may have a silence before them. */
enum { LADDER_LINES_MAX = 1 + 2 * (LADDER_MAX + 2) };

/* The lines of f's ladder: their number, 0 if it has none. */
unsigned ladder_lines(const struct finding *f,
		      struct ladder_line out[LADDER_LINES_MAX]);

/* The client is drawn on the left, where it is known. */
bool ladder_is_source_left(const struct finding *f);

/* True if the program that made the record is at the end that is left. */
bool ladder_is_left(const struct finding *f, const struct log_event *e);

bool ladder_is_trigger(const struct finding *f, const struct rung *r);

/* "PSH,ACK 11 bytes", "ACK (keepalive probe)" where that is the trigger. */
void ladder_write_label(struct rst_text *t, const struct finding *f,
			const struct rung *r);

/* "-1.2 ms", "0", "+3 us". */
void ladder_write_time(struct rst_text *t, int64_t ns);

#endif
