/* SPDX-License-Identifier: MIT */
/* correlate_clock.c - how far a log's clock is from that of the captures. */
#include <stdlib.h>

#include "correlate_match.h"
#include "correlate_state.h"

/*
 * On one host both have the same clock, and the packet follows the call within
 * microseconds. If most pairs that agree otherwise do so, there is nothing to
 * correct. If not, the clocks differ: the offset is then the least difference
 * near the median, so that no call comes after its packet.
 */
enum { SAMPLES_MAX = 4096, ENTRIES_MAX = 16 };

static const int64_t MS = 1000000, S = 1000000000;

struct samples {
	int64_t *differences;
	size_t count;
};

static void sample(const struct finding *f, const struct log_event *e,
		   bool is_only, struct samples *samples)
{
	enum match_place place = match_place(e, f);
	struct samples *s = &samples[e->log];

	if (e->action != RST_RESET_PREDICTED || !match_fits(e, f) ||
	    place == PLACE_WRONG || (place == PLACE_UNKNOWN && !is_only) ||
	    s->count == SAMPLES_MAX || !e->ts_ns)
		return;
	s->differences[s->count++] = (int64_t)(f->ts_ns - e->ts_ns);
}

static void sample_finding(const struct correlation *c, const struct finding *f,
			   struct samples *samples)
{
	struct index_key key = index_key_ends(&f->source, &f->destination);
	struct index_range r = index_find(&c->index, &key);
	bool is_only = r.end - r.first == 1;

	if (f->echo_of.number || r.end - r.first > ENTRIES_MAX)
		return;
	for (; r.first < r.end; r.first++)
		sample(f, &c->events[r.first->event], is_only, samples);
}

static int by_value(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

static void decide(struct samples *s, struct input *log)
{
	size_t same = 0, i = s->count / 2;
	int64_t median;

	if (!s->count)
		return;
	for (size_t k = 0; k < s->count; k++)
		same += s->differences[k] >= -2 * MS &&
			s->differences[k] <= 10 * S;
	if (2 * same >= s->count)
		return;
	qsort(s->differences, s->count, sizeof(*s->differences), by_value);
	median = s->differences[i];
	while (i && median - s->differences[i - 1] < S)
		i--;
	log->clock_offset_ns = s->differences[i];
	log->has_clock_offset = true;
}

int correlate_clocks(const struct correlation *c, struct report *r)
{
	struct samples *samples = calloc(r->input_count + 1, sizeof(*samples));
	int result = samples ? 0 : -1;

	for (size_t i = 0; !result && i < r->input_count; i++) {
		samples[i].differences =
			calloc(SAMPLES_MAX, sizeof(*samples[i].differences));
		if (!samples[i].differences)
			result = -1;
	}
	for (size_t i = 0; !result && i < r->finding_count; i++)
		sample_finding(c, &r->findings[i], samples);
	for (size_t i = 0; samples && i < r->input_count; i++) {
		if (!result)
			decide(&samples[i], &r->inputs[i]);
		free(samples[i].differences);
	}
	free(samples);
	return result;
}
