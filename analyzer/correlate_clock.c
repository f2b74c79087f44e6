/* SPDX-License-Identifier: MIT */
/* correlate_clock.c - how far a log's clock is from that of the captures. */
#include <stdlib.h>

#include "correlate_match.h"
#include "correlate_state.h"

/*
 * On one host both have the same clock, and the packet follows the call within
 * microseconds: if most pairs that agree by ends and place do so, there is
 * nothing to correct. If not, the clocks may differ, or ports were used anew:
 * the same program often sends as many bytes on the next connection. So it is
 * believed only where several pairs agree, or where the log would otherwise
 * lie wholly outside of the time of the captures. The offset is the least
 * difference near the median, so that no call comes after its packet.
 */
enum { SAMPLES_MAX = 4096, ENTRIES_MAX = 16, AGREEING_MIN = 3 };

static const int64_t MS = 1000000, S = 1000000000;

struct samples {
	size_t count;
	int64_t differences[SAMPLES_MAX];
};

static void sample_finding(const struct correlation *c, const struct finding *f,
			   struct samples *samples)
{
	struct index_key key = index_key_ends(&f->source, &f->destination);
	struct index_range r = index_find(&c->index, &key);

	if (f->echo_of.number || r.end - r.first > ENTRIES_MAX)
		return;
	for (; r.first < r.end; r.first++) {
		const struct log_event *e = &c->events[r.first->event];
		struct samples *s = &samples[e->log];

		if (e->action == RST_RESET_PREDICTED && e->ts_ns &&
		    match_fits(e, f) && match_place(e, f) == PLACE_EXACT &&
		    s->count < SAMPLES_MAX)
			s->differences[s->count++] =
				(int64_t)(f->ts_ns - e->ts_ns);
	}
}

/* True if any of a log's events lies in the time of a capture. */
static bool overlaps(const struct correlation *c, const struct report *r,
		     size_t log)
{
	for (size_t i = 0; i < c->count; i++) {
		if (c->events[i].log != log)
			continue;
		for (size_t k = 0; k < r->input_count; k++)
			if (!r->inputs[k].is_log &&
			    c->events[i].ts_ns >= r->inputs[k].first_ns &&
			    c->events[i].ts_ns <= r->inputs[k].last_ns)
				return true;
	}
	return false;
}

static int by_value(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

static void decide(const struct correlation *c, struct report *r, size_t log,
		   struct samples *s)
{
	size_t same = 0, first = s->count / 2, end = first;
	int64_t median;

	for (size_t k = 0; k < s->count; k++)
		same += s->differences[k] >= -2 * MS &&
			s->differences[k] <= 10 * S;
	if (2 * same >= s->count)
		return;
	qsort(s->differences, s->count, sizeof(*s->differences), by_value);
	median = s->differences[first];
	while (first && median - s->differences[first - 1] < S)
		first--;
	while (end < s->count && s->differences[end] - median < S)
		end++;
	if ((end - first < AGREEING_MIN || 2 * (end - first) <= s->count) &&
	    overlaps(c, r, log))
		return;
	r->inputs[log].clock_offset_ns = s->differences[first];
	r->inputs[log].has_clock_offset = true;
}

int correlate_clocks(const struct correlation *c, struct report *r)
{
	struct samples *samples = calloc(r->input_count + 1, sizeof(*samples));

	if (!samples)
		return -1;
	for (size_t i = 0; i < r->finding_count; i++)
		sample_finding(c, &r->findings[i], samples);
	for (size_t i = 0; i < r->input_count; i++)
		decide(c, r, i, &samples[i]);
	free(samples);
	return 0;
}
