/* SPDX-License-Identifier: MIT */
/* rules_active.c - resets made from a living socket. */
#include "scene.h"

static const uint64_t NS_PER_MS = 1000000;

/*
 * tcp_keepalive_timer(): probes without an answer, each an interval after the
 * other, then the reset when the next would be due. With a single probe the
 * interval isn't known, so nothing can be said.
 */
static bool keepalive_gave_up(struct scene *s)
{
	const struct past *probes[2];
	uint64_t interval, due;
	size_t n = 0;

	if (s->source->probes < 2 || !(s->dest->flags & SIDE_SEEN))
		return false;
	for (size_t i = 0; i < s->past_len && n < 2; i++)
		if (scene_sent_by_source(s, &s->past[i]))
			probes[n++] = &s->past[i];
	if (n < 2 || probes[0]->ts_ns < probes[1]->ts_ns)
		return false;
	interval = probes[0]->ts_ns - probes[1]->ts_ns;
	due = scene_ago_ns(s, probes[0]->ts_ns);
	/* The kernel's timer wheel is late by up to an eighth. */
	if (due + interval / 5 < interval ||
	    due > interval + interval / 5 + 50 * NS_PER_MS)
		return false;
	scene_say(s, EVIDENCE_PROBES, s->source->probes, interval);
	return scene_decide(s, RST_CAUSE_KEEPALIVE_TIMEOUT, RST_LIKELY);
}

/* Payload bytes up to `next` that lie beyond `acked`; a FIN is none. */
static uint32_t outstanding(const struct flow_side *side, uint32_t acked)
{
	uint32_t next = side->next - !!(side->flags & SIDE_FIN);

	return seq_after(next, acked) ? next - acked : 0;
}

static uint64_t since_fin_ns(const struct scene *s,
			     const struct flow_side *side)
{
	uint64_t fin_ns = s->flow->first_ns + side->fin_ms * NS_PER_MS;

	return scene_ago_ns(s, fin_ns);
}

/* What the destination had sent since the source last sent data. */
static uint64_t received_since(const struct scene *s)
{
	uint64_t n = 0;

	for (const struct past *p = s->past; p < s->past + s->past_len; p++) {
		if (scene_sent_by_source(s, p) && p->len)
			break;
		if (!scene_sent_by_source(s, p))
			n += p->len;
	}
	return n;
}

static void say_outstanding(const struct scene *s)
{
	uint32_t sent = s->dest->flags & SIDE_ACK
				? outstanding(s->source, s->dest->ack)
				: 0;
	uint32_t unseen = s->dest->flags & SIDE_SEEN
				  ? outstanding(s->dest, s->reset->ack)
				  : 0;
	uint64_t received = received_since(s);

	if (received)
		scene_say(s, EVIDENCE_RECEIVED_SINCE, received, 0);
	if (sent)
		scene_say(s, EVIDENCE_SOURCE_UNACKED, sent, 0);
	if (unseen)
		scene_say(s, EVIDENCE_DESTINATION_UNACKED, unseen, 0);
	if (s->source->flags & SIDE_ISN &&
	    s->source->next == s->source->isn + 1)
		scene_say(s, EVIDENCE_NOTHING_SENT, 0, 0);
	if (s->source->flags & SIDE_FIN)
		scene_say(s, EVIDENCE_HAD_CLOSED, since_fin_ns(s, s->source),
			  0);
	if (s->dest->flags & SIDE_FIN)
		scene_say(s, EVIDENCE_PEER_HAD_CLOSED, since_fin_ns(s, s->dest),
			  0);
}

/*
 * tcp_send_active_reset(): the owner ended a living connection. Which call it
 * was, and why, packets cannot show.
 */
static bool aborted(struct scene *s)
{
	if (s->source->probes == 1)
		scene_say(s, EVIDENCE_PROBE_BEFORE,
			  scene_ago_ns(s, s->flow->last_ns[s->dir]), 0);
	else if (s->source->probes)
		scene_say(s, EVIDENCE_PROBES_BEFORE, s->source->probes, 0);
	say_outstanding(s);
	return scene_decide(s, RST_CAUSE_ABORT,
			    s->form == FORM_ACTIVE && !s->signs ? RST_CERTAIN
								: RST_LIKELY);
}

bool rules_active(struct scene *s)
{
	if (s->form != FORM_ACTIVE && s->form != FORM_PLAIN)
		return false;
	return keepalive_gave_up(s) || aborted(s);
}
