/* SPDX-License-Identifier: MIT */
/* classify.h - names the cause of a reset, from packets alone. */
#ifndef ANALYZER_CLASSIFY_H
#define ANALYZER_CLASSIFY_H

#include "model.h"

/* So many packets before a reset are enough for every rule. */
enum { CLASSIFY_PAST = 64 };

/*
 * Fills *out for a reset that flow->end[dir] seems to have sent and that
 * flow_take() has taken in. past holds the packets before it, newest first.
 * Never a wrong cause: where packets can't tell, RST_CAUSE_ABORT or
 * RST_CAUSE_UNEXPLAINED. Pure; frame, ladder and all that is allocated are
 * left to the caller.
 */
void classify_reset(const struct flow *flow, const struct flow_rare *rare,
		    int dir, const struct segment *reset,
		    const struct past *past, size_t past_len,
		    struct finding *out);

/*
 * The same for a reset that follows another of the same connection and source:
 * one abort can cause several. What is unexplained in the first may become
 * clear by that.
 */
void classify_echo(struct finding *first, const struct flow *flow, int dir,
		   const struct segment *reset, const struct past *past,
		   size_t past_len, struct finding *out);

/*
 * What a later segment s, no reset, of the same connection says about f: that
 * the destination didn't accept it, or that its source never sent it.
 */
void classify_later(struct finding *f, const struct segment *s);

#endif
