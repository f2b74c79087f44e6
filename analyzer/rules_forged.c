/* SPDX-License-Identifier: MIT */
/* rules_forged.c - resets that were not sent by the host they name. */
#include "scene.h"

/*
 * A forger does not know, or does not care for, what the host's own segments
 * look like. Any one sign can have an innocent reason, so two are asked for;
 * one alone is said as evidence. The surest sign comes later: the host goes on
 * as if nothing had happened (classify_later()).
 */
enum {
	SIGNS_NEEDED = 2,
	IP_ID_STEP = 1024, /* segments to others between two of a connection */
	SEQUENCE_FAR = 1 << 24, /* more than a capture loses, or a window is */
};

/* Where systems start counting; a packet comes at most 32 hops far. */
static unsigned first_ttl(unsigned ttl)
{
	return ttl > 128 ? 255 : ttl > 64 ? 128 : 64;
}

static unsigned difference(unsigned a, unsigned b)
{
	return a > b ? a - b : b - a;
}

/*
 * An active reset has the socket's TTL, a passive one the system's default
 * (kernel.md section 2). If the program set IP_TTL these differ innocently:
 * then one comes as far as the other, or the program's began nowhere usual.
 */
unsigned scene_hops_apart(const struct scene *s)
{
	unsigned own = s->source->ttl, ttl = s->reset->ttl;
	unsigned own_hops = first_ttl(own) - own;

	if (!(s->source->flags & SIDE_SEEN))
		return 0;
	if (s->form != FORM_PASSIVE)
		return difference(own, ttl);
	return own_hops > 31 ? 0 : difference(own_hops, first_ttl(ttl) - ttl);
}

/* To a living socket's reset another path may add a hop, or take one away. */
static unsigned ttl_sign(const struct scene *s)
{
	if (!s->hops_apart)
		return 0;
	scene_say(s, EVIDENCE_TTL, s->reset->ttl, s->source->ttl);
	return s->hops_apart > 1 || s->form != FORM_ACTIVE;
}

/*
 * Who has not closed, and answers as if there were no connection, has lost its
 * state, or somebody nearer or farther away answers in its name: a firewall's
 * reject rule, or a translator that forgot the connection.
 */
static unsigned stand_in_sign(const struct scene *s)
{
	if (s->form != FORM_PASSIVE || !s->answered || !s->hops_apart ||
	    s->source->flags & SIDE_FIN || s->dest->flags & SIDE_RST)
		return 0;
	scene_say(s, EVIDENCE_STAND_IN, s->hops_apart, 0);
	return 1;
}

/*
 * Only a host that counts its segments can be told by their ids: not one that
 * takes random ones (macOS), nor several that share an address. Linux counts
 * from the segment after its SYN,ACK on.
 */
static bool counts_its_ids(const struct scene *s)
{
	const struct past *later = NULL;
	unsigned steps = 0;

	for (const struct past *p = s->past; p < s->past + s->past_len; p++) {
		if (!scene_sent_by_source(s, p) || p->flags & SEG_RST ||
		    (p->flags & SEG_SYN && !p->ip_id))
			continue;
		if (later && (uint16_t)(later->ip_id - p->ip_id) > IP_ID_STEP)
			return false;
		steps += later != NULL;
		later = p;
	}
	return steps > 0;
}

static unsigned ip_id_sign(const struct scene *s)
{
	uint16_t ahead = (uint16_t)(s->reset->ip_id - s->source->ip_id);

	if (s->form == FORM_PASSIVE || s->reset->src.family != 4 ||
	    !(s->source->flags & SIDE_SEEN) || !s->source->ip_id ||
	    ahead < 4 * IP_ID_STEP || !counts_its_ids(s))
		return 0;
	scene_say(s, EVIDENCE_IP_ID, s->reset->ip_id, s->source->ip_id);
	return 1;
}

static unsigned timestamp_sign(const struct scene *s)
{
	if (s->form == FORM_PASSIVE || s->form == FORM_ODD ||
	    s->reset->options & SEG_HAS_TIMESTAMP ||
	    s->reset->options & SEG_HAS_CUT_OPTIONS ||
	    !(s->source->flags & s->dest->flags & SIDE_TIMESTAMP))
		return 0;
	scene_say(s, EVIDENCE_NO_TIMESTAMPS, 0, 0);
	return 1;
}

/* A living socket knows its number; a capture may have missed some. */
static unsigned sequence_sign(const struct scene *s)
{
	uint32_t seq = s->reset->seq, next = s->source->next;

	if (s->form == FORM_PASSIVE || !(s->source->flags & SIDE_SEEN))
		return 0;
	if (seq_before(seq, next)) {
		scene_say(s, EVIDENCE_SEQUENCE_BEHIND, next - seq, 0);
		return 1;
	}
	if (seq - next <= flow_window(s->flow, !s->dir))
		return 0;
	scene_say(s, EVIDENCE_SEQUENCE_AHEAD, seq - next, 0);
	return 1;
}

/* An answer to nothing, where all that could be answered was captured. */
static unsigned answer_sign(const struct scene *s)
{
	if (s->form != FORM_PASSIVE || s->answered ||
	    !(s->dest->flags & SIDE_SEEN) || s->dest->flags & SIDE_HOLE)
		return 0;
	scene_say(s, EVIDENCE_ANSWERS_NOTHING, 0, 0);
	return 1;
}

/*
 * No socket of this connection has such a number. The host may still have sent
 * it, for another connection or a middlebox did.
 */
static bool is_far_off(const struct scene *s)
{
	uint32_t apart = s->reset->seq - s->source->next;

	return s->form != FORM_PASSIVE && s->source->flags & SIDE_SEEN &&
	       apart > SEQUENCE_FAR && apart < 0u - SEQUENCE_FAR;
}

bool rules_forged(struct scene *s)
{
	s->signs = ttl_sign(s) + stand_in_sign(s) + ip_id_sign(s) +
		   timestamp_sign(s) + sequence_sign(s) + answer_sign(s) +
		   (s->reset->payload_len && !scene_has_diagnostic(s));
	if (s->signs >= SIGNS_NEEDED)
		return scene_decide(s, RST_CAUSE_INJECTED, RST_LIKELY);
	return is_far_off(s) &&
	       scene_decide(s, RST_CAUSE_UNEXPLAINED, RST_CERTAINTY_NONE);
}
