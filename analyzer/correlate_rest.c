/* SPDX-License-Identifier: MIT */
/* correlate_rest.c - records that no captured reset belongs to. */
#include <string.h>

#include "correlate_match.h"
#include "correlate_state.h"
#include "evidence.h"

static const uint64_t S = 1000000000;

/* The same connection, as far as two records under one key can tell. */
static bool is_same_socket(const struct log_event *a, const struct log_event *b)
{
	if (a->have & b->have & RST_HAVE_COOKIE)
		return a->cookie == b->cookie;
	return a->local.port && a->pid == b->pid;
}

/* The same connection, told of by the process at its other end. */
static bool is_other_end(const struct log_event *a, const struct log_event *b)
{
	return a->local.port && b->local.port &&
	       !memcmp(&a->local, &b->peer, sizeof(a->local)) &&
	       !memcmp(&a->peer, &b->local, sizeof(a->peer));
}

static bool is_near(const struct log_event *a, const struct log_event *b)
{
	uint64_t apart = a->ts_ns > b->ts_ns ? a->ts_ns - b->ts_ns
					     : b->ts_ns - a->ts_ns;

	return apart <= 120 * S;
}

/* True if what one record foretold is what the other says arrived. */
static bool is_arrival(const struct log_event *predicted,
		       const struct log_event *received)
{
	if (predicted->action != RST_RESET_PREDICTED ||
	    received->action != RST_RESET_RECEIVED ||
	    match_timed_out(received) || !is_near(predicted, received))
		return false;
	return predicted->sender == RST_SENDER_SELF
		       ? is_other_end(predicted, received)
		       : is_same_socket(predicted, received);
}

/*
 * True if another record of the same connection has been told: of several
 * sends to a closed peer each is foretold, and one reset comes; and a reset
 * that was received had been foretold before.
 */
static bool is_covered(const struct correlation *c, const struct log_event *e)
{
	struct index_key key = index_key_of(e);
	struct index_range r =
		index_near(index_find(&c->index, &key), e->ts_ns);

	for (; r.first < r.end; r.first++) {
		const struct log_event *o = &c->events[r.first->event];

		if (is_arrival(o, e))
			return true;
		if (o == e || !is_same_socket(o, e) || !is_near(o, e))
			continue;
		if (e->action == RST_RESET_RECEIVED
			    ? o->action == RST_RESET_PREDICTED || o < e
			    : c->claims[r.first->event] != 0)
			return true;
	}
	return false;
}

/* True if a capture was running when the record was made. */
static bool was_capturing(const struct report *r, const struct log_event *e)
{
	uint64_t ts_ns = e->ts_ns + (uint64_t)r->inputs[e->log].clock_offset_ns;

	for (size_t i = 0; i < r->input_count; i++)
		if (!r->inputs[i].is_log && input_covers(&r->inputs[i], ts_ns))
			return true;
	return false;
}

static enum unmatched unmatched_of(const struct correlation *c,
				   const struct report *r,
				   const struct log_event *e)
{
	struct index_key key = index_key_of(e);

	if (index_find(&c->index, &key).first->seen && was_capturing(r, e))
		return UNMATCHED_NO_RESET_SEEN;
	return UNMATCHED_NOT_CAPTURED;
}

/* No packet was seen of it, but the program it was sent to may tell. */
static void say_arrival(const struct correlation *c, const struct report *r,
			struct finding *f)
{
	struct index_key key = index_key_of(f->event);
	struct index_range range =
		index_near(index_find(&c->index, &key), f->event->ts_ns);

	for (; range.first < range.end; range.first++) {
		const struct log_event *o = &c->events[range.first->event];
		int64_t ns;

		if (!is_arrival(f->event, o))
			continue;
		ns = (int64_t)o->ts_ns + r->inputs[o->log].clock_offset_ns -
		     (int64_t)f->ts_ns;
		f->received = o;
		f->received_ns = ns > 0 ? ns : 0;
		evidence_add(f, EVIDENCE_RECEIVED, (uint64_t)f->received_ns, 0);
		return;
	}
}

static int add(const struct correlation *c, struct report *r,
	       const struct log_event *e)
{
	bool is_prediction = e->action == RST_RESET_PREDICTED;
	bool is_self = is_prediction && e->sender == RST_SENDER_SELF;
	enum unmatched unmatched = unmatched_of(c, r, e);
	struct finding *f = report_add(r);

	if (!f)
		return -1;
	f->kind = is_prediction ? FINDING_PREDICTION : FINDING_RECEIVED;
	f->cause = e->cause;
	f->certainty = e->certainty;
	f->verdict = is_prediction ? VERDICT_PREDICTED : VERDICT_EXPLAINED;
	f->unmatched = unmatched;
	f->ts_ns = e->ts_ns + (uint64_t)r->inputs[e->log].clock_offset_ns;
	f->source = is_self ? e->local : e->peer;
	f->destination = is_self ? e->peer : e->local;
	f->event = e;
	if (!f->cause) {
		f->cause = RST_CAUSE_UNEXPLAINED;
		f->verdict = VERDICT_UNEXPLAINED;
	}
	/* The message leaves out what is usual: text and binary. */
	if (is_prediction && e->unread_kind)
		evidence_add(f, EVIDENCE_FACTS, 0, 0);
	if (is_prediction)
		say_arrival(c, r, f);
	return 0;
}

int correlate_rest(struct correlation *c, struct report *r)
{
	for (size_t i = 0; i < c->count; i++) {
		const struct log_event *e = &c->events[i];

		if (c->claims[i] || is_covered(c, e))
			continue;
		if (add(c, r, e))
			return -1;
	}
	return 0;
}
