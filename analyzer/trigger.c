/* SPDX-License-Identifier: MIT */
/* trigger.c - finds the segment that a passive reset answers. */
#include "scene.h"

/*
 * RFC 9293 3.5.2: the answer to a segment with an ACK takes its sequence
 * number from there; the answer to one without acknowledges all of it. Some
 * systems do both at once. Several segments can fit; then:
 *
 * - Those that came after the source last spoke are looked at first; among the
 *   older ones only what it has not acknowledged can have been on its way.
 * - Where several were on their way at the same time, the first reset answers
 *   the first of them. But not a plain acknowledgment of something new: who
 *   sent that was alive a moment ago, and even where it was a FIN,
 *   tcp_timewait_state_process() drops the acknowledgment without a word.
 */
static const uint64_t NS_PER_MS = 1000000, ON_THE_WAY_NS = 1000000000;
/* A segment is answered when it arrives; no way takes longer. */
static const uint64_t ANSWERED_NS = 5000000000;

static uint32_t past_end(const struct past *p)
{
	return p->seq + p->len + !!(p->flags & SEG_SYN) +
	       !!(p->flags & SEG_FIN);
}

static bool fits(const struct scene *s, const struct past *p)
{
	const struct segment *reset = s->reset;

	if (scene_sent_by_source(s, p) || p->flags & SEG_RST)
		return false;
	if (s->form == FORM_PLAIN)
		return p->ack == reset->seq && past_end(p) == reset->ack;
	if (reset->flags & SEG_ACK)
		return !(p->flags & SEG_ACK) && past_end(p) == reset->ack;
	return p->flags & SEG_ACK && p->ack == reset->seq;
}

static bool is_plain_ack(const struct past *p)
{
	return p->flags & SEG_ACK && !p->len &&
	       !(p->flags & (SEG_SYN | SEG_FIN));
}

/* A plain acknowledgment of more than the one before it acknowledged. */
static bool is_fresh_ack(const struct scene *s, const struct past *p)
{
	if (!is_plain_ack(p))
		return false;
	for (const struct past *q = p + 1; q < s->past + s->past_len; q++)
		if (!scene_sent_by_source(s, q))
			return !(q->flags & SEG_ACK) ||
			       seq_before(q->ack, p->ack);
	return true;
}

const struct past *scene_oldest(const struct scene *s, int dir, uint8_t flags)
{
	for (size_t i = s->past_len; i-- > 0;)
		if (s->past[i].dir == dir &&
		    (s->past[i].flags & (SEG_SYN | SEG_ACK)) == flags)
			return &s->past[i];
	return NULL;
}

bool scene_is_in_time(const struct scene *s, const struct past *p)
{
	const struct past *syn = scene_oldest(s, !s->dir, SEG_SYN);
	const struct past *syn_ack = scene_oldest(s, s->dir, SEG_SYN | SEG_ACK);
	uint64_t most = 200 * NS_PER_MS;

	if (syn && syn_ack && syn_ack->ts_ns >= syn->ts_ns)
		most = 2 * (syn_ack->ts_ns - syn->ts_ns) + 10 * NS_PER_MS;
	return scene_ago_ns(s, p->ts_ns) <= most;
}

bool scene_is_fin_ack(const struct scene *s, const struct past *p)
{
	return s->source->flags & SIDE_FIN && p->ack == s->source->fin &&
	       is_fresh_ack(s, p);
}

static bool was_on_its_way(const struct scene *s, const struct past *p)
{
	return past_end(p) != p->seq &&
	       (!(s->source->flags & SIDE_ACK) ||
		seq_after(past_end(p), s->source->ack));
}

static const struct past *find(const struct scene *s)
{
	const struct past *best = NULL;
	bool has_spoken = false;

	for (const struct past *p = s->past; p < s->past + s->past_len; p++) {
		if (scene_sent_by_source(s, p) && !(p->flags & SEG_RST)) {
			if (best)
				break;
			has_spoken = true;
		}
		if (scene_ago_ns(s, p->ts_ns) > ANSWERED_NS)
			break;
		if (!fits(s, p) || (has_spoken && !was_on_its_way(s, p)))
			continue;
		if (best && scene_ago_ns(s, p->ts_ns) > ON_THE_WAY_NS)
			break;
		if (!best || !is_fresh_ack(s, p))
			best = p;
	}
	return best;
}

/* What the destination had sent before p, as far as is known. */
static bool next_before(const struct scene *s, const struct past *p,
			uint32_t *next)
{
	bool known = false;

	for (const struct past *q = p + 1; q < s->past + s->past_len; q++) {
		if (scene_sent_by_source(s, q) || q->flags & SEG_RST)
			continue;
		if (!known || seq_after(past_end(q), *next))
			*next = past_end(q);
		known = true;
	}
	if (!known && s->source->flags & SIDE_ACK) {
		*next = s->source->ack;
		known = true;
	}
	return known;
}

/* RFC 1122 4.2.3.6: one number below the next, with no data or one byte. */
static bool is_keepalive(const struct scene *s, const struct past *p)
{
	uint32_t next = 0;

	if ((p->flags & (SEG_SYN | SEG_FIN | SEG_ACK)) != SEG_ACK ||
	    p->len > 1 || !next_before(s, p, &next) || p->seq != next - 1)
		return false;
	/* One byte that was never acknowledged is data, sent again. */
	return !p->len || (s->source->flags & SIDE_ACK &&
			   !seq_before(s->source->ack, next));
}

/* The same acknowledgment as before, with another window. */
static bool is_window_update(const struct scene *s, const struct past *p)
{
	for (const struct past *q = p + 1; q < s->past + s->past_len; q++)
		if (!scene_sent_by_source(s, q))
			return q->flags & SEG_ACK && q->ack == p->ack &&
			       !(q->flags & SEG_SYN) && past_end(q) == p->seq &&
			       q->window != p->window;
	return false;
}

static enum trigger trigger_of(const struct scene *s, const struct past *p)
{
	if (p->flags & SEG_SYN)
		return p->flags & SEG_ACK ? TRIGGER_ACK : TRIGGER_SYN;
	if (is_keepalive(s, p))
		return TRIGGER_KEEPALIVE;
	if (p->len)
		return TRIGGER_DATA;
	if (p->flags & SEG_FIN)
		return TRIGGER_FIN;
	return is_window_update(s, p) ? TRIGGER_WINDOW_UPDATE : TRIGGER_ACK;
}

void scene_find_trigger(struct scene *s)
{
	s->answered = find(s);
	s->trigger = s->answered ? trigger_of(s, s->answered) : TRIGGER_NONE;
}
