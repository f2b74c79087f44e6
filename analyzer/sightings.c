/* SPDX-License-Identifier: MIT */
/* sightings.c - the same reset in several captures counts once. */
#include "sightings.h"

#include <stdlib.h>
#include <string.h>

/*
 * What does not change on the way from one interface or host to another, nor
 * by address translation: both numbers, flags and window; and one end at least,
 * with the IP id where it is both. That is compared between captures only: what
 * is alike within one was sent twice.
 *
 *   1  findings sorted by these marks: a run is what could be one segment
 *   2  for each capture, against those before it: the clocks' difference on
 *      which most pairs agree, if any pair is sure
 *   3  each finding is a copy of that one of its run which is the nearest in
 *      time then
 *   4  of all copies the finding with the surest cause stays
 *
 * An answer to a segment may be sent again and again, bit by bit the same, so a
 * pair of those is sure only where the captures show but one each, and ran at
 * the same time. An abort is sent once.
 */
enum {
	RUN_MAX = 64, /* more that are alike can't be told apart */
	SAMPLES_MAX = 4096,
	AGREEING_MIN = 3,
};

static const int64_t MS = 1000000, S = 1000000000;

struct sample {
	int64_t difference;
	bool is_sure;
	bool ran_together;
};

struct merge {
	struct report *report;
	size_t count;
	uint32_t *order;   /* findings by their marks, then by time */
	uint32_t *copy_of; /* of each finding: the one that it copies, or it */
	uint32_t *taken;   /* the last capture in which it has a copy */
	struct sample *samples;
	size_t sample_count;
};

static const struct finding *at(const struct merge *m, uint32_t i)
{
	return &m->report->findings[i];
}

static int compare_marks(const struct finding *f, const struct finding *g)
{
	const struct position *p = &f->position, *q = &g->position;

	if (p->seq != q->seq)
		return p->seq < q->seq ? -1 : 1;
	if (p->ack != q->ack)
		return p->ack < q->ack ? -1 : 1;
	if (p->window != q->window)
		return p->window < q->window ? -1 : 1;
	return (int)p->flags - (int)q->flags;
}

static int by_marks(const void *a, const void *b, void *arg)
{
	const struct merge *m = arg;
	uint32_t i = *(const uint32_t *)a, k = *(const uint32_t *)b;
	int order = compare_marks(at(m, i), at(m, k));

	if (order)
		return order;
	return i < k ? -1 : i > k;
}

static bool is_same(const struct rst_addr *a, const struct rst_addr *b)
{
	return !memcmp(a, b, sizeof(*a));
}

static bool may_be_one(const struct finding *f, const struct finding *g)
{
	bool source = is_same(&f->source, &g->source);
	bool destination = is_same(&f->destination, &g->destination);

	if (source && destination)
		return f->position.ip_id == g->position.ip_id;
	return (source || destination) && f->source.family == g->source.family;
}

/* From g to f, by what is known of their captures' clocks. */
static int64_t apart(const struct merge *m, const struct finding *f,
		     const struct finding *g)
{
	return (int64_t)(report_time(m->report, f) - report_time(m->report, g));
}

/* True if the captures ran at the same time, or seem so by their clocks. */
static bool ran_together(const struct merge *m, const struct finding *f,
			 const struct finding *g)
{
	const struct input *a = &m->report->inputs[f->frame.capture];
	const struct input *b = &m->report->inputs[g->frame.capture];

	return a->first_ns <= b->last_ns && b->first_ns <= a->last_ns;
}

static size_t run_end(const struct merge *m, size_t first)
{
	size_t end = first + 1;

	while (end < m->count &&
	       !compare_marks(at(m, m->order[first]), at(m, m->order[end])))
		end++;
	return end;
}

/* Pairs that are not the only ones are not sure, or no pairs at all. */
static void doubt(struct merge *m, size_t begin)
{
	size_t n = begin;

	for (size_t i = begin; i < m->sample_count; i++) {
		m->samples[i].is_sure = false;
		if (m->samples[i].ran_together)
			m->samples[n++] = m->samples[i];
	}
	m->sample_count = n;
}

static void sample_pair(struct merge *m, const struct finding *f,
			const struct finding *g)
{
	bool together = ran_together(m, f, g);

	m->samples[m->sample_count++] = (struct sample){
		.difference = apart(m, f, g),
		.is_sure = together || f->position.is_active,
		.ran_together = together,
	};
}

/* All pairs of a run that one segment may be, of capture k and an earlier. */
static void sample_run(struct merge *m, size_t first, size_t end, size_t k)
{
	size_t ours = 0, begin = m->sample_count;

	for (size_t i = first; i < end; i++) {
		const struct finding *g = at(m, m->order[i]);

		ours += g->frame.capture == k;
		for (size_t n = first; g->frame.capture == k && n < end &&
				       m->sample_count < SAMPLES_MAX;
		     n++) {
			uint32_t f = m->order[n];

			if (at(m, f)->frame.capture < k && m->copy_of[f] == f &&
			    may_be_one(at(m, f), g))
				sample_pair(m, at(m, f), g);
		}
	}
	if (ours > 1 || m->sample_count - begin > 1)
		doubt(m, begin);
}

static int by_difference(const void *a, const void *b)
{
	int64_t x = ((const struct sample *)a)->difference;
	int64_t y = ((const struct sample *)b)->difference;

	return x < y ? -1 : x > y;
}

/* The samples from `first` that are within a second of each other. */
static size_t agreeing(const struct merge *m, size_t first, bool *is_sure)
{
	size_t end = first;

	*is_sure = false;
	while (end < m->sample_count &&
	       m->samples[end].difference - m->samples[first].difference < S)
		*is_sure |= m->samples[end++].is_sure;
	return end - first;
}

/* True, and *offset, where the samples tell how far the clocks are apart. */
static bool find_offset(struct merge *m, int64_t *offset)
{
	size_t most = 0, at_most = 0;
	bool is_sure, any_sure = false;

	if (m->sample_count)
		qsort(m->samples, m->sample_count, sizeof(*m->samples),
		      by_difference);
	for (size_t i = 0; i < m->sample_count; i++) {
		size_t n = agreeing(m, i, &is_sure);

		if (n < most || (n == most && any_sure >= is_sure))
			continue;
		most = n;
		at_most = i;
		any_sure = is_sure;
	}
	if (!any_sure && most < AGREEING_MIN)
		return false;
	*offset = m->samples[at_most + most / 2].difference;
	return true;
}

/* The finding of an earlier capture that is the nearest to g, if any is. */
static uint32_t nearest(const struct merge *m, size_t first, size_t end,
			uint32_t g)
{
	int64_t best = S;
	uint32_t found = g;

	for (size_t n = first; n < end; n++) {
		uint32_t f = m->order[n];
		int64_t ns = llabs(apart(m, at(m, f), at(m, g)));

		if (at(m, f)->frame.capture >= at(m, g)->frame.capture ||
		    m->copy_of[f] != f ||
		    m->taken[f] == at(m, g)->frame.capture ||
		    !may_be_one(at(m, f), at(m, g)) || ns >= best)
			continue;
		best = ns;
		found = f;
	}
	return found;
}

static void match_run(struct merge *m, size_t first, size_t end, size_t k)
{
	for (size_t i = first; i < end; i++) {
		uint32_t g = m->order[i], f;

		if (at(m, g)->frame.capture != k)
			continue;
		f = nearest(m, first, end, g);
		if (f == g)
			continue;
		m->copy_of[g] = f;
		m->taken[f] = (uint32_t)k;
	}
}

static void for_each_run(struct merge *m, size_t k,
			 void (*act)(struct merge *, size_t, size_t, size_t))
{
	size_t first = 0;

	while (first < m->count) {
		size_t end = run_end(m, first);

		if (end - first > 1 && end - first <= RUN_MAX)
			act(m, first, end, k);
		first = end;
	}
}

/* Capture k against all before it. */
static void merge_capture(struct merge *m, size_t k)
{
	struct input *in = &m->report->inputs[k];

	m->sample_count = 0;
	for_each_run(m, k, sample_run);
	if (!find_offset(m, &in->clock_offset_ns))
		return;
	in->has_clock_offset = llabs(in->clock_offset_ns) > 100 * MS;
	for_each_run(m, k, match_run);
}

/* How much a finding tells, among copies. */
static unsigned worth(const struct finding *f)
{
	if (f->echo_of.number)
		return 100;
	if (f->cause == RST_CAUSE_INJECTED && f->certainty == RST_CERTAIN)
		return 50;
	if (f->cause == RST_CAUSE_UNEXPLAINED)
		return 0;
	return (f->cause == RST_CAUSE_ABORT ? 10 : 20) +
	       (f->certainty == RST_CERTAIN);
}

/* The best of each becomes what the others are copies of. */
static void choose(struct merge *m)
{
	uint32_t *best = m->taken;

	for (uint32_t i = 0; i < m->count; i++)
		best[i] = i;
	for (uint32_t i = 0; i < m->count; i++) {
		uint32_t *b = &best[m->copy_of[i]];

		if (worth(at(m, i)) > worth(at(m, *b)))
			*b = i;
	}
	for (uint32_t i = 0; i < m->count; i++)
		m->order[i] = best[m->copy_of[i]];
	memcpy(m->copy_of, m->order, m->count * sizeof(*m->order));
}

/* What one capture missed of the beginning, another may hold. */
static void learn(struct finding *f, const struct finding *copy)
{
	struct position *p = &f->position;
	const struct position *q = &copy->position;

	if (!p->has_source_isn && q->has_source_isn)
		p->source_isn = q->source_isn;
	if (!p->has_destination_isn && q->has_destination_isn)
		p->destination_isn = q->destination_isn;
	p->has_source_isn |= q->has_source_isn;
	p->has_destination_isn |= q->has_destination_isn;
}

static void note_sightings(struct merge *m, struct sighting *room)
{
	struct finding *findings = m->report->findings;

	for (uint32_t i = 0; i < m->count; i++)
		if (m->copy_of[i] != i)
			findings[m->copy_of[i]].seen_len++;
	for (uint32_t i = 0; i < m->count; i++) {
		findings[i].seen = findings[i].seen_len ? room : NULL;
		room += findings[i].seen_len;
		m->order[i] = 0; /* how many of them are written */
	}
	for (uint32_t i = 0; i < m->count; i++) {
		uint32_t to = m->copy_of[i];
		const struct finding *f = &findings[i];

		if (to == i)
			continue;
		/* It points into the room, which is ours to write. */
		*((struct sighting *)(uintptr_t)findings[to].seen +
		  m->order[to]++) = (struct sighting){
			.frame = f->frame,
			.ts_ns = f->ts_ns,
			.source = f->source,
			.destination = f->destination,
		};
		learn(&findings[to], f);
	}
}

enum { ECHOES_MAX = 8 };

/*
 * What an echo follows up may be a copy, or be known as an echo itself by the
 * other capture. Where it comes to nothing, it is none.
 */
static void settle_echo(struct merge *m, uint32_t i)
{
	struct finding *f = &m->report->findings[i];
	uint32_t first = m->copy_of[f->position.first];
	unsigned n = 0;

	while (at(m, first)->echo_of.number && n++ < ECHOES_MAX)
		first = m->copy_of[at(m, first)->position.first];
	if (first == i || at(m, first)->echo_of.number) {
		f->echo_of = (struct frame){0};
		return;
	}
	f->echo_of = at(m, first)->frame;
	f->position.first = first;
}

/* Moves what stays to the front. */
static void compact(struct merge *m)
{
	struct finding *findings = m->report->findings;
	uint32_t *place = m->order, n = 0;

	for (uint32_t i = 0; i < m->count; i++) {
		if (m->copy_of[i] == i && findings[i].echo_of.number)
			settle_echo(m, i);
		place[i] = m->copy_of[i] == i ? n++ : 0;
	}
	for (uint32_t i = 0; i < m->count; i++) {
		if (m->copy_of[i] != i)
			continue;
		findings[i].position.first = place[findings[i].position.first];
		findings[place[i]] = findings[i];
	}
	m->report->finding_count = n;
}

static int work(struct merge *m, struct sighting **room)
{
	size_t copies = 0;

	m->order = calloc(m->count, sizeof(*m->order));
	m->copy_of = calloc(m->count, sizeof(*m->copy_of));
	m->taken = calloc(m->count, sizeof(*m->taken));
	m->samples = calloc(SAMPLES_MAX, sizeof(*m->samples));
	if (!m->order || !m->copy_of || !m->taken || !m->samples)
		return -1;
	for (uint32_t i = 0; i < m->count; i++)
		m->order[i] = m->copy_of[i] = i;
	qsort_r(m->order, m->count, sizeof(*m->order), by_marks, m);
	for (size_t k = 1; k < m->report->input_count; k++)
		if (!m->report->inputs[k].is_log)
			merge_capture(m, k);
	for (uint32_t i = 0; i < m->count; i++)
		copies += m->copy_of[i] != i;
	if (!copies)
		return 0;
	*room = calloc(copies, sizeof(**room));
	if (!*room)
		return -1;
	choose(m);
	note_sightings(m, *room);
	compact(m);
	return 0;
}

int sightings_merge(struct report *r, struct sighting **room)
{
	struct merge m = {.report = r, .count = r->finding_count};
	size_t captures = 0;
	int result;

	for (size_t i = 0; i < r->input_count; i++)
		captures += !r->inputs[i].is_log && r->inputs[i].first_ns;
	if (captures < 2 || !m.count)
		return 0;
	result = work(&m, room);
	free(m.order);
	free(m.copy_of);
	free(m.taken);
	free(m.samples);
	return result;
}
