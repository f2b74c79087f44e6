/* SPDX-License-Identifier: MIT */
/* correlate_clock.c - how far a log's clock is from that of the captures. */
#include <stdlib.h>
#include <string.h>

#include "correlate_match.h"
#include "correlate_state.h"

/*
 * On one host both have the same clock, and the packet follows the call within
 * microseconds, or, if it is the answer to another, some seconds: if most pairs
 * that agree by ends and place do so, there is nothing to correct. If not, the
 * clocks may differ, or ports were used anew: the same program often sends as
 * many bytes on the next connection. So it is believed only where several pairs
 * agree, or one is the only one between these ends in log and captures alike,
 * or where the log would otherwise lie wholly outside of the time of the
 * captures. Of ports used n times only each n-th pair is a true one: there the
 * clock is the same if nearly every reset has a record at once before it.
 * The offset is the least difference near the median, so that no call
 * comes after its packet.
 */
enum { SAMPLES_MAX = 4096, ENTRIES_MAX = 16, AGREEING_MIN = 3 };

static const int64_t MS = 1000000, S = 1000000000;

struct samples {
	size_t count;
	size_t same;	 /* that speak for the same clock */
	size_t resets;	 /* that have a pair */
	size_t answered; /* by a pair that speaks for the same clock */
	struct frame reset;
	bool is_answered;
	bool has_unique;
	bool has_events;
	bool is_direct; /* by the addresses that the log names */
	int64_t differences[SAMPLES_MAX];
};

/* Either to count how many resets each record may belong to, or to sample. */
struct survey {
	const struct correlation *c;
	struct samples *samples; /* one an input */
	uint8_t *hits;		 /* one an event; 2 is many */
	bool is_counting;
	bool is_translated;
};

static void add_vote(struct samples *s, const struct frame *reset, bool is_same)
{
	if (!s->resets || s->reset.number != reset->number ||
	    s->reset.capture != reset->capture) {
		s->reset = *reset;
		s->resets++;
		s->is_answered = false;
	}
	s->same += is_same;
	s->answered += is_same && !s->is_answered;
	s->is_answered |= is_same;
}

/* A call that certainly resets does so at once; the rest may take a while. */
static void add_sample(const struct survey *v, const struct finding *f,
		       const struct log_event *e)
{
	struct samples *s = &v->samples[e->log];
	int64_t ns = (int64_t)(report_time(v->c->report, f) - e->ts_ns);
	bool is_prompt = f->position.is_active && e->certainty == RST_CERTAIN;

	add_vote(s, &f->frame,
		 ns >= -2 * MS && ns <= (is_prompt ? S / 2 : 10 * S));
	s->differences[s->count++] = ns;
}

static void sample(const struct survey *v, const struct finding *f,
		   uint32_t event, bool is_alone)
{
	const struct log_event *e = &v->c->events[event];
	struct samples *s = &v->samples[e->log];

	if (match_place(e, f) != PLACE_EXACT || s->count == SAMPLES_MAX)
		return;
	s->has_unique |= is_alone && v->hits[event] == 1;
	add_sample(v, f, e);
}

static void survey_ends(const struct survey *v, const struct finding *f)
{
	struct index_key key = index_key_ends(&f->source, &f->destination);
	struct index_range r = index_find(&v->c->index, &key);
	/* One record, and of one connection: one each in every capture. */
	bool is_alone = r.end - r.first == 1 &&
			r.first->seen <= f->seen_len + 1;

	if (r.end - r.first > ENTRIES_MAX)
		return;
	for (; r.first < r.end; r.first++) {
		uint32_t event = r.first->event;
		const struct log_event *e = &v->c->events[event];

		if (e->action != RST_RESET_PREDICTED || !e->ts_ns ||
		    !match_fits(e, f))
			continue;
		if (v->is_counting)
			v->hits[event] += v->hits[event] < 2;
		else
			sample(v, f, event, is_alone);
	}
}

/* A translator between captures makes the ends differ. */
static void survey_finding(const struct survey *v, const struct finding *f)
{
	if (f->echo_of.number)
		return;
	survey_ends(v, f);
	for (unsigned i = 0; i < f->seen_len; i++) {
		struct finding other = *f;

		other.source = f->seen[i].source;
		other.destination = f->seen[i].destination;
		if (memcmp(&f->source, &other.source, sizeof(f->source)) ||
		    memcmp(&f->destination, &other.destination,
			   sizeof(f->destination)))
			survey_ends(v, &other);
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
			    input_covers(&r->inputs[k], c->events[i].ts_ns))
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
	size_t first = s->count / 2, end = first;
	int64_t median;

	if (2 * s->same >= s->count || 10 * s->answered >= 9 * s->resets)
		return;
	qsort(s->differences, s->count, sizeof(*s->differences), by_value);
	median = s->differences[first];
	while (first && median - s->differences[first - 1] < S)
		first--;
	while (end < s->count && s->differences[end] - median < S)
		end++;
	if (2 * (end - first) <= s->count ||
	    (end - first < AGREEING_MIN && !s->has_unique)) {
		if (overlaps(c, r, log))
			return;
	}
	r->inputs[log].clock_offset_ns = s->differences[first];
	r->inputs[log].has_clock_offset = true;
}

/* Records behind a translator, of logs without any before it. */
struct translated {
	const struct survey *survey;
	const struct finding *f;
};

static void survey_translated(void *arg, uint32_t event)
{
	const struct translated *t = arg;
	const struct survey *v = t->survey;
	const struct log_event *e = &v->c->events[event];
	struct samples *s = &v->samples[e->log];

	if (v->is_counting) {
		v->hits[event] += v->hits[event] < 2;
		return;
	}
	if (s->is_direct || s->count == SAMPLES_MAX)
		return;
	s->has_unique |= v->hits[event] == 1;
	add_sample(v, t->f, e);
}

static void survey_all(const struct survey *v, const struct report *r)
{
	for (size_t i = 0; i < r->finding_count; i++) {
		struct translated t = {v, &r->findings[i]};

		if (v->is_translated)
			correlate_translated(v->c, t.f, survey_translated, &t);
		else
			survey_finding(v, t.f);
	}
}

/* First to count what belongs to what, then to take samples. */
static void survey_twice(struct survey *v, const struct report *r)
{
	memset(v->hits, 0, v->c->count + 1);
	v->is_counting = true;
	survey_all(v, r);
	v->is_counting = false;
	survey_all(v, r);
}

static int survey_logs(struct survey *v, struct correlation *c,
		       const struct report *r)
{
	bool all_direct = true;

	survey_twice(v, r);
	for (size_t i = 0; i < c->count; i++)
		v->samples[c->events[i].log].has_events = true;
	for (size_t i = 0; i < r->input_count; i++) {
		v->samples[i].is_direct = v->samples[i].count > 0;
		all_direct &= v->samples[i].is_direct ||
			      !v->samples[i].has_events;
	}
	if (all_direct)
		return 0;
	v->is_translated = true;
	if (correlate_translated_open(c))
		return -1;
	survey_twice(v, r);
	return 0;
}

static int estimate(struct correlation *c, struct report *r)
{
	struct survey v = {
		.c = c,
		.samples = calloc(r->input_count + 1, sizeof(*v.samples)),
		.hits = calloc(c->count + 1, 1),
	};
	int result = v.samples && v.hits ? 0 : -1;
	if (!result)
		result = survey_logs(&v, c, r);
	for (size_t i = 0; !result && i < r->input_count; i++)
		decide(c, r, i, &v.samples[i]);
	free(v.samples);
	free(v.hits);
	return result;
}

int correlate_clocks(struct correlation *c, struct report *r)
{
	return r->has_one_clock ? 0 : estimate(c, r);
}
