/* SPDX-License-Identifier: MIT */
/* rules_handshake.c - resets before a connection was established. */
#include "scene.h"

enum {
	MAYBE_MISSED = 1 << 24, /* bytes that a capture may have missed */
};

static bool is_client(const struct scene *s, int dir)
{
	return s->flow->flags & (dir ? FLOW_CLIENT_1 : FLOW_CLIENT_0);
}

/* True if all that side ever sent is its SYN, or its SYN,ACK. */
static bool sent_only_syn(const struct flow_side *side)
{
	return side->flags & SIDE_SEEN && side->flags & SIDE_ISN &&
	       side->next == side->isn + 1 && !(side->flags & SIDE_FIN);
}

/*
 * tcp_v4_rcv(), no_tcp_socket; RFC 9293 3.10.7.1: SYN, then RST,ACK with the
 * SYN's number plus one. Other systems put what they like into sequence number
 * and window, so these are not looked at. Who has acknowledged anything got a
 * SYN,ACK, be it captured or not. A firewall's answer looks the same, and
 * nothing else of that host is there to hold it against.
 */
static bool refused(struct scene *s)
{
	const struct segment *reset = s->reset;

	if (s->form != FORM_PASSIVE || s->source->flags & SIDE_SEEN ||
	    !(s->dest->flags & SIDE_ISN) || s->dest->flags & SIDE_ACK ||
	    !is_client(s, !s->dir) || !(reset->flags & SEG_ACK) ||
	    (reset->ack != s->dest->isn + 1 && reset->ack != s->dest->next))
		return false;
	s->trigger = TRIGGER_SYN;
	/* tcp_timewait_state_process(): a SYN in FIN_WAIT2 gets a reset. */
	if (s->flow->flags & (s->dir ? FLOW_PRIOR_HALF_1 : FLOW_PRIOR_HALF_0)) {
		scene_say(s, EVIDENCE_PRIOR_HALF_CLOSED, 0, 0);
		return scene_decide(s, RST_CAUSE_PEER_GONE, RST_LIKELY);
	}
	/* subflow_check_req(): a join for a token that it does not know. */
	if (reset->options & SEG_HAS_MP_TCPRST)
		return scene_decide(s, RST_CAUSE_PEER_GONE, RST_LIKELY);
	scene_say(s, EVIDENCE_REFUSED, 0, 0);
	return scene_decide(s, RST_CAUSE_REFUSED, RST_LIKELY);
}

/*
 * tcp_rcv_synsent_state_process(), RFC 9293 3.5.1 figure 7: SYN, then an ACK
 * that the SYN doesn't explain, then RST. Or the SYN,ACK comes when connect()
 * has been given up: then no socket is left to take it.
 */
static bool client_denies(struct scene *s)
{
	const struct past *p = s->answered;

	if (s->form != FORM_PASSIVE || s->hops_apart || !p ||
	    !is_client(s, s->dir) || !sent_only_syn(s->source) ||
	    s->source->flags & SIDE_ACK)
		return false;
	scene_say(s,
		  p->flags & SEG_SYN && p->ack == s->source->isn + 1
			  ? EVIDENCE_SYN_ACK_UNWANTED
			  : EVIDENCE_HALF_OPEN,
		  p->frame, 0);
	return scene_decide(s, RST_CAUSE_BAD_HANDSHAKE, RST_CERTAIN);
}

/* How many segments of the destination the reset could be the answer to. */
static size_t count_answerable(const struct scene *s)
{
	size_t n = 0;

	for (const struct past *p = s->past; p < s->past + s->past_len; p++)
		n += !scene_sent_by_source(s, p) && p->flags & SEG_ACK &&
		     !(p->flags & SEG_RST) && p->ack == s->reset->seq;
	return n;
}

/* A SYN,ACK sent again: the first acknowledgment was not taken. */
static bool repeated_syn_ack(const struct scene *s)
{
	unsigned n = 0;

	for (size_t i = 0; i < s->past_len; i++)
		n += scene_sent_by_source(s, &s->past[i]) &&
		     s->past[i].flags & SEG_SYN;
	return n > 1;
}

/*
 * Where the SYN,ACK was repeated, an acknowledgment was lost or ignored. Data
 * that is denied then finds that the listener has closed since: requests go
 * silently (inet_csk_listen_stop()). A plain acknowledgment may as well find
 * that the accept queue is full.
 */
static bool denied_late(struct scene *s)
{
	if (s->trigger != TRIGGER_DATA) {
		scene_say(s, EVIDENCE_LATE_ACK_DENIED, 0, 0);
		return scene_decide(s, RST_CAUSE_UNEXPLAINED,
				    RST_CERTAINTY_NONE);
	}
	scene_say(s, EVIDENCE_LISTENER_GONE, 0, 0);
	return scene_decide(s, RST_CAUSE_DATA_AFTER_CLOSE, RST_LIKELY);
}

/*
 * tcp_check_req(), embryonic_reset: the accept queue is full. Said only where
 * nothing but the bare acknowledgment can have been answered: a firewall that
 * lets the handshake pass and rejects the first data looks the same otherwise.
 */
static bool denied_last_ack(struct scene *s)
{
	const struct past *ack = scene_oldest(s, !s->dir, SEG_ACK);

	if (!ack || ack->ack != s->source->isn + 1 || !scene_is_in_time(s, ack))
		return false;
	if (ack == s->answered && !ack->len && count_answerable(s) == 1) {
		scene_say(s, EVIDENCE_LAST_ACK_DENIED, ack->frame, 0);
		return scene_decide(s, RST_CAUSE_BACKLOG_OVERFLOW, RST_LIKELY);
	}
	scene_say(s, EVIDENCE_LAST_ACK_OR_DATA, ack->frame, s->answered->frame);
	return scene_decide(s, RST_CAUSE_UNEXPLAINED, RST_CERTAINTY_NONE);
}

/*
 * SYN, SYN,ACK, then the acknowledgment of it gets a RST: its number is wrong
 * (tcp_rcv_state_process() in LISTEN; a bad SYN cookie), or it is right and
 * could not be accepted. A number somewhat higher may as well acknowledge what
 * the capture missed.
 */
static bool server_denies(struct scene *s)
{
	uint32_t beyond;

	if (s->form != FORM_PASSIVE || s->hops_apart || !s->answered ||
	    !is_client(s, !s->dir) || !sent_only_syn(s->source))
		return false;
	beyond = s->answered->ack - (s->source->isn + 1);
	if (beyond && beyond < MAYBE_MISSED)
		return false;
	if (beyond) {
		scene_say(s, EVIDENCE_LAST_ACK_UNFIT, s->answered->frame, 0);
		return scene_decide(s, RST_CAUSE_BAD_HANDSHAKE, RST_CERTAIN);
	}
	if (repeated_syn_ack(s))
		return denied_late(s);
	/* Else it may have been accepted: rules_passive() decides. */
	return denied_last_ack(s);
}

bool rules_resets_all(const struct scene *s)
{
	size_t resets = 1;

	for (const struct past *p = s->past; p < s->past + s->past_len; p++)
		resets += scene_sent_by_source(s, p) && p->flags & SEG_RST &&
			  p->seq == s->reset->seq;
	return s->form == FORM_PASSIVE && sent_only_syn(s->source) &&
	       resets >= count_answerable(s);
}

bool rules_handshake(struct scene *s)
{
	return refused(s) || client_denies(s) || server_denies(s);
}
