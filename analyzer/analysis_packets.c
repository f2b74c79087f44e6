/* SPDX-License-Identifier: MIT */
/* analysis_packets.c - from the packets of captures to findings. */
#include <string.h>

#include "analysis_packets.h"
#include "classify.h"
#include "evidence.h"

/* No abort has a window, or holes in its capture, that is larger. */
static const uint32_t ECHO_APART = 1 << 24;

static uint32_t relative(uint32_t n, const struct flow_side *side)
{
	return side->flags & SIDE_ISN ? n - side->isn : n;
}

static struct rung rung_of(const struct flow *f, const struct past *p, int dir)
{
	return (struct rung){
		.ts_ns = p->ts_ns,
		.frame = {.number = p->frame, .capture = p->capture},
		.seq = relative(p->seq, &f->side[p->dir]),
		.ack = p->flags & SEG_ACK ? relative(p->ack, &f->side[!p->dir])
					  : 0,
		.len = p->len,
		.window = p->window,
		.flags = p->flags,
		.is_from_source = p->dir == dir,
	};
}

/* past: newest first, the reset itself at the front. */
static void keep_ladder(struct packets *x, const struct flow *f, int dir,
			const struct past *past, size_t count,
			struct finding *out)
{
	size_t n = count < LADDER_MAX ? count : LADDER_MAX;
	struct rung *rungs;

	if (x->ladders == LADDERS_MAX)
		return;
	rungs = strings_room(x->room, n * sizeof(*rungs));
	if (!rungs)
		return;
	x->ladders++;
	for (size_t i = 0; i < n; i++)
		rungs[i] = rung_of(f, &past[n - 1 - i], dir);
	out->ladder = rungs;
	out->ladder_len = (unsigned)n;
	out->ladder_earlier = f->packets > n ? f->packets - n : 0;
}

/*
 * The numbers of one connection are near each other; those of the next between
 * the same ports, whose SYN the capture missed, are not.
 */
static bool may_follow(const struct finding *first, const struct segment *s)
{
	return s->seq - first->position.seq + ECHO_APART <= 2 * ECHO_APART;
}

/* The first reset of the same connection and source; NULL if there is none. */
static struct finding *first_of(const struct packets *x,
				const struct flow_rare *rare,
				const struct segment *s)
{
	uint32_t at = rare->resets;

	while (at) {
		struct finding *first = &x->report->findings[at - 1];

		if (!memcmp(&first->source, &s->src, sizeof(s->src)))
			return first;
		at = first->position.prior;
	}
	return NULL;
}

static void take_reset(struct packets *x, const struct flow_step *step,
		       const struct segment *s)
{
	struct flow *f = step->flow;
	struct flow_rare *rare = step->rare;
	int dir = step->dir;
	struct past past[CLASSIFY_PAST + 1];
	size_t n = flows_past(x->flows, f, past, CLASSIFY_PAST + 1);
	struct finding *first, *out;
	uint32_t at;

	if (x->report->finding_count == FINDINGS_MAX) {
		x->report->findings_dropped++;
		return;
	}
	out = report_add(x->report);
	if (!out) {
		x->is_short = true;
		return;
	}
	first = first_of(x, rare, s);
	if (first && may_follow(first, s)) {
		at = (uint32_t)(first - x->report->findings);
		classify_echo(first, f, dir, s, past + 1, n - 1, out);
		out->position.first = at;
	} else {
		classify_reset(f, rare, dir, s, past + 1, n - 1, out);
		out->position.prior = rare->resets;
		rare->resets = (uint32_t)(out - x->report->findings) + 1;
		f->flags |= FLOW_RARE;
	}
	keep_ladder(x, f, dir, past, n, out);
}

static void take_later(struct packets *x, const struct flow_rare *rare,
		       const struct segment *s)
{
	uint32_t at = rare->resets;

	while (at) {
		classify_later(&x->report->findings[at - 1], s);
		at = x->report->findings[at - 1].position.prior;
	}
}

static bool was_reset(const struct flow *f)
{
	return (f->side[0].flags | f->side[1].flags) & SIDE_RST;
}

/* The finding of a frame of the capture that is being read; NULL without. */
static struct finding *finding_at(const struct packets *x,
				  const struct past *past)
{
	size_t first = 0, end = x->report->finding_count;

	/* They come in the order of captures and frames. */
	while (first < end) {
		size_t middle = first + (end - first) / 2;
		struct finding *f = &x->report->findings[middle];

		if (f->frame.capture == past->capture &&
		    f->frame.number == past->frame)
			return f;
		if (f->frame.capture < past->capture ||
		    f->frame.number < past->frame)
			first = middle + 1;
		else
			end = middle;
	}
	return NULL;
}

static void keep_copy(struct packets *x, struct finding *f, uint64_t frame)
{
	struct frame_copy *copy;

	if (x->copies == COPIES_MAX)
		return;
	copy = strings_room(x->room, sizeof(*copy));
	if (!copy)
		return;
	x->copies++;
	*copy = (struct frame_copy){f->copies, frame};
	f->copies = copy;
}

/* Of a reset that another interface shows as well, that is said. */
static void take_copy(struct packets *x, const struct past *copied,
		      const struct segment *s)
{
	struct finding *f;

	if (!(s->flags & SEG_RST) || copied->capture != s->capture)
		return;
	f = finding_at(x, copied);
	if (!f)
		return;
	evidence_add(f, EVIDENCE_SEEN_AGAIN, s->frame, 0);
	keep_copy(x, f, s->frame);
}

static void take_segment(struct packets *x, const struct segment *s)
{
	struct flow_step step = flows_add(x->flows, s);

	if (step.copied) {
		take_copy(x, step.copied, s);
		return;
	}
	if (step.is_new)
		correlation_saw(x->correlation, &s->src, &s->dst);
	if (s->flags & SEG_RST)
		take_reset(x, &step, s);
	else if (was_reset(step.flow))
		take_later(x, step.rare, s);
}

static void take_time(struct packets *x, struct input *in, uint64_t ts_ns)
{
	if (!ts_ns)
		return;
	/* Another capture of the same time: its packets are not the next. */
	if (!in->first_ns && ts_ns < x->last_ns)
		flows_clear(x->flows);
	if (!in->first_ns || ts_ns < in->first_ns)
		in->first_ns = ts_ns;
	if (ts_ns > in->last_ns)
		in->last_ns = ts_ns;
	if (ts_ns > x->last_ns)
		x->last_ns = ts_ns;
}

static struct segment *queued(struct packets *x, uint64_t number)
{
	return &x->queue[number % QUEUE];
}

void packets_flush(struct packets *x)
{
	if (x->taken < x->queued)
		flows_prepare(x->flows, queued(x, x->queued - 1));
	while (x->taken < x->queued)
		take_segment(x, queued(x, x->taken++));
}

/*
 * The newest is prepared when the next one comes: its addresses, just written
 * in parts, could only be read slowly in one.
 */
static void enqueue(struct packets *x)
{
	uint64_t behind = x->queued++ - x->taken;

	if (behind >= 1)
		flows_prepare(x->flows, queued(x, x->queued - 2));
	if (behind > LOOKAHEAD)
		flows_fetch(x->flows, queued(x, x->queued - 2 - LOOKAHEAD));
	if (behind == QUEUE - 1)
		take_segment(x, queued(x, x->taken++));
}

void packets_take(struct packets *x, struct input *in, uint16_t capture,
		  const struct packet *p)
{
	struct segment *s = queued(x, x->queued);
	enum decode_result result;

	in->count++;
	in->bytes += p->len;
	take_time(x, in, p->ts_ns);
	result = decode_packet(p, s);
	in->results[result]++;
	if (result != DECODE_SEGMENT)
		return;
	s->capture = capture;
	enqueue(x);
}
