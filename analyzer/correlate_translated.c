/* SPDX-License-Identifier: MIT */
/* correlate_translated.c - the records of a reset behind a translator. */
#include <string.h>

#include "correlate_match.h"
#include "correlate_state.h"

/*
 * A log names the addresses that its own host knows; a capture on the other
 * side of a NAT has another one for one of the two ends. The other end, and how
 * many bytes had gone each way, are the same.
 */
int correlate_translated_open(struct correlation *c)
{
	index_free(&c->single);
	return index_build_single(&c->single, c->events, c->count, c->claims);
}

static void take_end(const struct correlation *c, const struct finding *f,
		     const struct rst_addr *end,
		     void (*take)(void *arg, uint32_t event), void *arg)
{
	struct index_key key = index_key_peer(end);
	struct index_range r = index_find(&c->single, &key);
	uint64_t ts_ns = report_time(c->report, f);

	if (r.first < r.end)
		ts_ns -= (uint64_t)c->report
				 ->inputs[c->events[r.first->event].log]
				 .clock_offset_ns;
	for (r = index_near(r, ts_ns); r.first < r.end; r.first++)
		if (match_is_translated(&c->events[r.first->event], f))
			take(arg, r.first->event);
}

void correlate_translated(const struct correlation *c, const struct finding *f,
			  void (*take)(void *arg, uint32_t event), void *arg)
{
	if (!c->single.count || f->kind != FINDING_RESET || f->echo_of.number)
		return;
	take_end(c, f, &f->source, take, arg);
	take_end(c, f, &f->destination, take, arg);
}
