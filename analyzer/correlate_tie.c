/* SPDX-License-Identifier: MIT */
/* correlate_tie.c - from each reset to the record that it fits best. */
#include <stdlib.h>
#include <string.h>

#include "correlate_match.h"
#include "correlate_state.h"
#include "evidence.h"

/*
 *   1  the same two ends, the direction and the form that the record foretells
 *      (match_fits()); for a listener, its port
 *   2  the time: after the call, on the capture's clock, not too long
 *   3  the place: bytes sent by then, against the sequence numbers; where
 *      ports are reused this tells the connections apart
 *   4  of what is left the nearest in time, rather before than after
 *
 * A prediction is claimed by one reset, that of a listener by as many as it
 * had connections. What follows up a reset belongs to the same record.
 */
static const int64_t MS = 1000000, S = 1000000000;

/* From the record to the segment, on the capture's clock. */
static int64_t lead_of(const struct correlation *c, const struct log_event *e,
		       const struct finding *f)
{
	uint64_t offset_ns =
		(uint64_t)c->report->inputs[e->log].clock_offset_ns;

	return (int64_t)(report_time(c->report, f) - e->ts_ns - offset_ns);
}

/* A call acts at once; its packet may be lost and sent again. */
static bool is_in_time(const struct correlation *c, const struct log_event *e,
		       int64_t lead, enum match_place place)
{
	int64_t early = c->report->inputs[e->log].has_clock_offset ? S : 2 * MS;

	if (lead < -early)
		return false;
	switch (place) {
	case PLACE_EXACT: return lead < 120 * S;
	case PLACE_UNKNOWN: return lead < 10 * S;
	case PLACE_WRONG: return lead < S;
	}
	return false;
}

static bool has_room(const struct correlation *c, uint32_t event)
{
	const struct log_event *e = &c->events[event];

	if (match_is_listener(e) && e->have & RST_HAVE_UNACCEPTED)
		return c->claims[event] < e->unaccepted;
	return match_is_listener(e) || !c->claims[event];
}

/* The best record so far for one reset. */
struct choice {
	uint32_t event;
	enum match_place place;
	int64_t lead;
	int64_t distance; /* in time, to be the least */
	bool exists;
};

/*
 * On one clock a record never comes after what it foretells, but for a clock
 * that was set: the next of several connects to one port does.
 */
static int64_t distance(const struct correlation *c, const struct log_event *e,
			int64_t lead)
{
	enum { AFTERWARDS = 16 };

	if (lead >= 0 || c->report->inputs[e->log].has_clock_offset)
		return llabs(lead);
	return -lead * AFTERWARDS;
}

static void consider(const struct correlation *c, const struct finding *f,
		     uint32_t event, struct choice *best)
{
	const struct log_event *e = &c->events[event];
	int64_t lead = lead_of(c, e, f);
	struct choice this = {event, match_place(e, f), lead, 0, true};

	if (e->action != RST_RESET_PREDICTED || !has_room(c, event) ||
	    !match_fits(e, f) || !is_in_time(c, e, lead, this.place))
		return;
	this.distance = distance(c, e, lead);
	if (best->exists &&
	    (best->place > this.place ||
	     (best->place == this.place && best->distance <= this.distance)))
		return;
	*best = this;
}

/* The records under a key that are nearest in time to f. */
static struct index_range nearby(const struct correlation *c,
				 const struct finding *f, struct index_key key)
{
	struct index_range r = index_find(&c->index, &key);
	int64_t offset = 0;

	if (r.first < r.end)
		offset = c->report->inputs[c->events[r.first->event].log]
				 .clock_offset_ns;
	return index_near(r, report_time(c->report, f) - (uint64_t)offset);
}

static void consider_all(const struct correlation *c, const struct finding *f,
			 struct index_key key, struct choice *best)
{
	struct index_range r = nearby(c, f, key);

	for (; r.first < r.end; r.first++)
		consider(c, f, r.first->event, best);
}

/* What is said of a record does not hang on where it is written to. */
static bool has_facts(const struct log_event *e)
{
	char buf[256];
	struct rst_text scratch = rst_text_on(buf, sizeof(buf));

	return evidence_write_facts(&scratch, e);
}

static void say_prediction(struct finding *f, const struct choice *best)
{
	const struct log_event *e = f->event;

	evidence_add(f, EVIDENCE_LOGGED, (uint64_t)llabs(best->lead), 0);
	if (has_facts(e))
		evidence_add(f, EVIDENCE_FACTS, 0, 0);
	if (best->place == PLACE_EXACT)
		evidence_add(f, EVIDENCE_PLACE, e->bytes_sent,
			     e->bytes_received);
}

static void tie(struct correlation *c, struct finding *f,
		const struct choice *best)
{
	const struct log_event *e = &c->events[best->event];

	c->claims[best->event]++;
	f->event = e;
	f->lead_ns = best->lead;
	/* A damaged record may name none: then the packets' word stands. */
	if (e->cause)
		f->cause = e->cause;
	f->certainty = best->place == PLACE_EXACT ? RST_CERTAIN : e->certainty;
	f->verdict = VERDICT_PREDICTED;
	say_prediction(f, best);
}

/* Under the addresses that f has in the place where it was seen. */
static void consider_seen(const struct correlation *c, const struct finding *f,
			  struct choice *best)
{
	consider_all(c, f, index_key_ends(&f->source, &f->destination), best);
	consider_all(c, f, index_key_peer(&f->source), best);
	consider_all(c, f, index_key_listener(f->source.port), best);
}

/* A translator between the captures makes them differ. */
static bool has_other_ends(const struct finding *f, const struct sighting *s)
{
	return memcmp(&f->source, &s->source, sizeof(f->source)) ||
	       memcmp(&f->destination, &s->destination, sizeof(f->source));
}

static struct finding as_seen(const struct finding *f, const struct sighting *s)
{
	struct finding other = *f;

	other.source = s->source;
	other.destination = s->destination;
	return other;
}

static void predict(struct correlation *c, struct finding *f)
{
	struct choice best = {0};

	consider_seen(c, f, &best);
	for (unsigned i = 0; i < f->seen_len; i++) {
		struct finding other = as_seen(f, &f->seen[i]);

		if (has_other_ends(f, &f->seen[i]))
			consider_seen(c, &other, &best);
	}
	if (best.exists)
		tie(c, f, &best);
}

static bool is_arrival(const struct correlation *c, const struct finding *f,
		       uint32_t event, int64_t lead)
{
	const struct log_event *e = &c->events[event];

	return e->action == RST_RESET_RECEIVED && !c->claims[event] &&
	       lead <= MS && (e->local.port || lead >= -5 * S) &&
	       match_was_received(e, f);
}

/* The record of a reset that arrived, the next after it. */
static void receive_at(struct correlation *c, struct finding *f,
		       const struct finding *seen, struct index_key key)
{
	struct index_range r = nearby(c, f, key);

	for (; r.first < r.end && !f->received; r.first++) {
		const struct log_event *e = &c->events[r.first->event];
		int64_t lead = lead_of(c, e, f);

		if (!is_arrival(c, seen, r.first->event, lead))
			continue;
		c->claims[r.first->event]++;
		f->received = e;
		f->received_ns = (int64_t) - (uint64_t)lead;
		evidence_add(f, EVIDENCE_RECEIVED, -(uint64_t)lead, 0);
	}
}

static void receive_seen(struct correlation *c, struct finding *f,
			 const struct finding *seen)
{
	receive_at(c, f, seen,
		   index_key_ends(&seen->source, &seen->destination));
	receive_at(c, f, seen, index_key_peer(&seen->source));
}

static void receive(struct correlation *c, struct finding *f)
{
	receive_seen(c, f, f);
	for (unsigned i = 0; i < f->seen_len; i++) {
		struct finding other = as_seen(f, &f->seen[i]);

		receive_seen(c, f, &other);
	}
	if (!f->received)
		return;
	if (!f->event)
		f->event = f->received;
	if (match_timed_out(f->received)) {
		f->cause = f->received->cause;
		f->certainty = RST_LIKELY;
	}
	if (f->verdict == VERDICT_UNEXPLAINED && f->received->cause &&
	    f->received->cause != RST_CAUSE_UNEXPLAINED) {
		f->cause = f->received->cause;
		f->certainty = RST_LIKELY;
		f->verdict = VERDICT_EXPLAINED;
	}
}

/* A reset that follows up another shares its story. */
static void follow(const struct correlation *c, struct finding *f,
		   const struct finding *first)
{
	if (!first->event)
		return;
	f->event = first->event;
	f->cause = first->cause;
	f->certainty = first->certainty;
	f->verdict = first->verdict;
	f->lead_ns = first->lead_ns + (int64_t)(report_time(c->report, f) -
						report_time(c->report, first));
}

/*
 * Of the records behind a translator the nearest in time, unless another is
 * nearly as near: the same program may send as many bytes on each connection.
 */
struct translated {
	const struct correlation *c;
	const struct finding *f;
	struct choice best;
	int64_t next; /* how far off the second best is */
};

static void consider_translated(void *arg, uint32_t event)
{
	struct translated *t = arg;
	int64_t lead = lead_of(t->c, &t->c->events[event], t->f);

	if (t->c->claims[event] || lead < -50 * MS || lead > 2 * S)
		return;
	if (t->best.exists && llabs(lead) >= t->best.distance) {
		if (llabs(lead) < t->next)
			t->next = llabs(lead);
		return;
	}
	if (t->best.exists)
		t->next = t->best.distance;
	t->best = (struct choice){event, PLACE_EXACT, lead, llabs(lead), true};
}

static void predict_translated(struct correlation *c, struct finding *f)
{
	struct translated t = {.c = c, .f = f, .next = INT64_MAX};
	const struct log_event *e;

	correlate_translated(c, f, consider_translated, &t);
	if (!t.best.exists || t.next / 4 < t.best.distance + MS)
		return;
	e = &c->events[t.best.event];
	tie(c, f, &t.best);
	f->certainty = e->certainty;
	evidence_add(f, EVIDENCE_TRANSLATED, 0, 0);
}

static bool has_unclaimed(const struct correlation *c)
{
	for (size_t i = 0; i < c->count; i++)
		if (!c->claims[i])
			return true;
	return false;
}

int correlate_tie(struct correlation *c, struct report *r)
{
	for (size_t i = 0; i < r->finding_count; i++) {
		if (r->findings[i].echo_of.number)
			continue;
		predict(c, &r->findings[i]);
		receive(c, &r->findings[i]);
	}
	if (has_unclaimed(c) && correlate_translated_open(c))
		return -1;
	for (size_t i = 0; i < r->finding_count; i++)
		if (r->findings[i].verdict != VERDICT_PREDICTED)
			predict_translated(c, &r->findings[i]);
	for (size_t i = 0; i < r->finding_count; i++) {
		struct finding *f = &r->findings[i];

		if (f->echo_of.number)
			follow(c, f, &r->findings[f->position.first]);
	}
	return 0;
}
