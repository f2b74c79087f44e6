/* SPDX-License-Identifier: MIT */
/* correlate.c - ties resets of captures to records of logs. */
#include <stdlib.h>

#include "correlate_state.h"
#include "sightings.h"

struct correlation *correlation_new(const struct log_event *events,
				    size_t count)
{
	struct correlation *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->events = events;
	c->count = count;
	c->claims = calloc(count ? count : 1, sizeof(*c->claims));
	if (c->claims && !index_build(&c->index, events, count))
		return c;
	correlation_free(c);
	return NULL;
}

void correlation_free(struct correlation *c)
{
	if (!c)
		return;
	index_free(&c->index);
	index_free(&c->single);
	free(c->claims);
	free(c->sightings);
	free(c);
}

static void saw(struct correlation *c, struct index_key key)
{
	struct index_range r = index_find(&c->index, &key);

	if (r.first < r.end)
		r.first->seen++;
}

void correlation_saw(struct correlation *c, const struct rst_addr *a,
		     const struct rst_addr *b)
{
	if (!c->count)
		return;
	saw(c, index_key_ends(a, b));
	saw(c, index_key_peer(a));
	saw(c, index_key_peer(b));
	saw(c, index_key_listener(a->port));
	saw(c, index_key_listener(b->port));
}

static int by_time(const void *a, const void *b, void *report)
{
	const struct finding *f = a, *g = b;
	uint64_t x = report_time(report, f), y = report_time(report, g);

	if (x != y)
		return x < y ? -1 : 1;
	if (f->frame.capture != g->frame.capture)
		return f->frame.capture < g->frame.capture ? -1 : 1;
	return f->frame.number < g->frame.number
		       ? -1
		       : f->frame.number > g->frame.number;
}

int correlation_run(struct correlation *c, struct report *report)
{
	c->report = report;
	if (sightings_merge(report, &c->sightings) ||
	    correlate_clocks(c, report) || correlate_tie(c, report) ||
	    correlate_rest(c, report))
		return -1;
	if (report->finding_count)
		qsort_r(report->findings, report->finding_count,
			sizeof(*report->findings), by_time, report);
	return 0;
}
