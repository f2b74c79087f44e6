/* SPDX-License-Identifier: MIT */
/* classify.c - names the cause of a reset, from packets alone. */
#include <string.h>

#include "classify.h"
#include "scene.h"
#include "timeouts.h"

/*
 * A reset is looked at in three steps: the form that it has, the segment that
 * it answers if it has the form of an answer, and then the rules, one family a
 * file, the first that fits decides:
 *
 *   rules_handshake()  refused, bad-handshake, backlog-overflow
 *   rules_forged()     injected
 *   rules_active()     keepalive-timeout, abort
 *   rules_passive()    data-after-close, peer-gone, linger2-negative
 *
 * To add a cause: a rule there, its sentences in evidence.h, a test.
 */
static const uint64_t NS_PER_S = 1000000000, NS_PER_MS = 1000000;
static const uint32_t MOST_AHEAD = 1 << 18; /* bytes; a burst not captured */

static enum form form_of(const struct segment *reset,
			 const struct flow_side *source,
			 const struct flow_side *dest)
{
	bool has_own = reset->window || reset->options & SEG_HAS_TIMESTAMP;

	if (!(reset->flags & SEG_ACK))
		return has_own ? FORM_ODD : FORM_PASSIVE;
	/*
	 * To a SYN there can only be an answer, whatever it looks like. But who
	 * has timestamps has a socket: then packets are missing between.
	 */
	if (!(source->flags & SIDE_SEEN) && dest->flags & SIDE_ISN &&
	    !(dest->flags & SIDE_ACK) && !(reset->options & SEG_HAS_TIMESTAMP))
		return FORM_PASSIVE;
	if (has_own)
		return FORM_ACTIVE;
	if (!reset->seq)
		return FORM_PASSIVE;
	return source->flags & SIDE_SEEN && reset->seq == source->next
		       ? FORM_PLAIN
		       : FORM_ODD;
}

static struct scene scene_of(const struct flow *flow, int dir,
			     const struct segment *reset,
			     const struct past *past, size_t past_len,
			     struct finding *out)
{
	struct scene s = {
		.flow = flow,
		.dir = dir,
		.reset = reset,
		.past = past,
		.past_len = past_len,
		.source = &flow->side[dir],
		.dest = &flow->side[!dir],
		.form = form_of(reset, &flow->side[dir], &flow->side[!dir]),
		.out = out,
	};

	scene_find_trigger(&s);
	/*
	 * Windows and others acknowledge what they refuse, so an answer looks
	 * like an abort: it is one after their own FIN.
	 */
	if (s.form == FORM_PLAIN && s.answered && s.source->flags & SIDE_FIN)
		s.form = FORM_PASSIVE;
	if (s.form == FORM_ACTIVE || s.form == FORM_PLAIN) {
		s.answered = NULL;
		s.trigger = TRIGGER_NONE;
	}
	s.hops_apart = scene_hops_apart(&s);
	return s;
}

static int client_of(const struct flow *flow, int dir)
{
	if (!(flow->flags & (FLOW_CLIENT_0 | FLOW_CLIENT_1)))
		return 0;
	return flow->flags & (dir ? FLOW_CLIENT_1 : FLOW_CLIENT_0) ? 1 : -1;
}

static struct position position_of(const struct scene *s)
{
	const struct flow_side *source = s->source, *dest = s->dest;

	return (struct position){
		.begin_ns = s->flow->first_ns,
		.seq = s->reset->seq,
		.ack = s->reset->ack,
		.trigger_seq = s->answered ? s->answered->seq : 0,
		.source_isn = source->isn,
		.source_next = source->next,
		.destination_isn = dest->isn,
		.has_source_isn = source->flags & SIDE_ISN,
		.has_source_next = source->flags & SIDE_SEEN,
		.has_destination_isn = dest->flags & SIDE_ISN,
		.window = s->reset->window,
		.ip_id = s->reset->ip_id,
		.flags = s->reset->flags,
		.has_ack = s->reset->flags & SEG_ACK,
		.is_active = s->form == FORM_ACTIVE || s->form == FORM_PLAIN,
		.source_sent_fin = source->flags & SIDE_FIN,
		.destination_sent_fin = dest->flags & SIDE_FIN,
		.source_sent_data =
			source->flags & SIDE_SEEN &&
			(!(source->flags & SIDE_ISN) ||
			 source->next - !!(source->flags & SIDE_FIN) !=
				 source->isn + 1),
	};
}

static void begin(const struct scene *s)
{
	struct finding *out = s->out;

	memset(out, 0, sizeof(*out));
	out->kind = FINDING_RESET;
	out->ts_ns = s->reset->ts_ns;
	out->source = s->reset->src;
	out->destination = s->reset->dst;
	out->frame.number = s->reset->frame;
	out->frame.capture = s->reset->capture;
	out->client = client_of(s->flow, s->dir);
	out->payload_len = s->reset->payload_len;
	memcpy(out->payload, s->reset->payload, s->reset->payload_len);
}

/* The trigger last: rules may have found a better word for it. */
static void end(const struct scene *s)
{
	struct finding *out = s->out;

	out->trigger = s->trigger;
	if (s->answered) {
		out->trigger_at.number = s->answered->frame;
		out->trigger_at.capture = s->answered->capture;
	}
	out->position = position_of(s);
	out->verdict = out->cause == RST_CAUSE_UNEXPLAINED ? VERDICT_UNEXPLAINED
							   : VERDICT_EXPLAINED;
}

static void say_form(const struct scene *s)
{
	const struct segment *reset = s->reset;

	switch (s->form) {
	case FORM_ACTIVE:
		scene_say(s,
			  reset->options & SEG_HAS_TIMESTAMP
				  ? EVIDENCE_ACTIVE_TIMESTAMPS
				  : EVIDENCE_ACTIVE,
			  0, 0);
		break;
	case FORM_PLAIN: scene_say(s, EVIDENCE_PLAIN, 0, 0); break;
	case FORM_PASSIVE: scene_say(s, EVIDENCE_PASSIVE, 0, 0); break;
	case FORM_ODD: scene_say(s, EVIDENCE_ODD, 0, 0); break;
	}
}

static void say_answered(const struct scene *s)
{
	if (s->answered)
		scene_say(s, EVIDENCE_ANSWERS, s->answered->frame, s->trigger);
	else if (s->form == FORM_PASSIVE && !(s->dest->flags & SIDE_SEEN))
		scene_say(s, EVIDENCE_ONE_SIDED, 0, 0);
}

static void say_carried(const struct scene *s)
{
	const struct segment *reset = s->reset;

	if (scene_has_diagnostic(s))
		scene_say(s, EVIDENCE_DIAGNOSTIC, reset->len, 0);
	else if (reset->payload_len)
		scene_say(s, EVIDENCE_PAYLOAD, reset->len, 0);
	if (reset->options & SEG_HAS_MP_TCPRST)
		scene_say(s, EVIDENCE_MPTCP, reset->mp_reason, 0);
}

/*
 * The silence before the reset, or before the segment that it answers: which
 * ended with it, or with a burst of segments of which it is one.
 */
static void say_idle(const struct scene *s)
{
	uint64_t spoke_ns = s->flow->first_ns + s->rare->spoke_ms * NS_PER_MS;
	uint64_t idle_ns = scene_ago_ns(s, flow_last_ns(s->flow));
	uint32_t known;

	if (!flow_last_ns(s->flow))
		return;
	if (idle_ns < NS_PER_S && scene_ago_ns(s, spoke_ns) < 2 * NS_PER_S)
		idle_ns = s->rare->idle_ms * NS_PER_MS;
	if (idle_ns < NS_PER_S)
		return;
	known = timeout_find(idle_ns);
	if (known)
		scene_say(s, EVIDENCE_IDLE_KNOWN, idle_ns, known);
	else
		scene_say(s, EVIDENCE_IDLE, idle_ns, 0);
}

static void say_gaps(const struct scene *s)
{
	if (!(s->flow->flags & (FLOW_CLIENT_0 | FLOW_CLIENT_1)))
		scene_say(s, EVIDENCE_NO_HANDSHAKE, 0, 0);
	if (s->source->flags & SIDE_HOLE)
		scene_say(s, EVIDENCE_HOLE, 0, 0);
}

void classify_reset(const struct flow *flow, const struct flow_rare *rare,
		    int dir, const struct segment *reset,
		    const struct past *past, size_t past_len,
		    struct finding *out)
{
	struct scene s = scene_of(flow, dir, reset, past, past_len, out);

	s.rare = rare;
	begin(&s);
	say_form(&s);
	if (!rules_handshake(&s) && !rules_forged(&s) && !rules_active(&s) &&
	    !rules_passive(&s))
		scene_decide(&s, RST_CAUSE_UNEXPLAINED, RST_CERTAINTY_NONE);
	say_answered(&s);
	say_carried(&s);
	say_idle(&s);
	say_gaps(&s);
	end(&s);
}

/* A listener that can take no connection denies what comes, one by one. */
static void learn_from_echo(struct finding *first, const struct scene *s)
{
	if (first->cause != RST_CAUSE_UNEXPLAINED ||
	    !evidence_has(first, EVIDENCE_LAST_ACK_OR_DATA) ||
	    !rules_resets_all(s))
		return;
	evidence_add(first, EVIDENCE_EACH_DENIED, s->reset->frame, 0);
	first->cause = RST_CAUSE_BACKLOG_OVERFLOW;
	first->certainty = RST_LIKELY;
	first->verdict = VERDICT_EXPLAINED;
}

void classify_echo(struct finding *first, const struct flow *flow, int dir,
		   const struct segment *reset, const struct past *past,
		   size_t past_len, struct finding *out)
{
	struct scene s = scene_of(flow, dir, reset, past, past_len, out);

	begin(&s);
	learn_from_echo(first, &s);
	out->cause = first->cause;
	out->certainty = first->certainty;
	out->echo_of = first->frame;
	scene_say(&s, EVIDENCE_ECHO, first->frame.number, 0);
	say_answered(&s);
	say_carried(&s);
	end(&s);
}

/*
 * Only a segment that continues the numbers counts: ports are reused, with
 * numbers that Linux draws 16 MB higher a second (secure_tcp_seq()). Packets
 * can overtake each other on their way to the capture, so what was sent before
 * the reset may stand after it; not for long, though, and with nothing new.
 */
static bool continues(const struct finding *f, const struct segment *s)
{
	uint64_t later = s->ts_ns - f->ts_ns;
	uint32_t ahead = segment_end(s) - f->position.source_next;

	if (!f->position.has_source_next || f->cause == RST_CAUSE_REFUSED ||
	    f->cause == RST_CAUSE_BAD_HANDSHAKE ||
	    f->cause == RST_CAUSE_BACKLOG_OVERFLOW || s->flags & SEG_SYN ||
	    s->ts_ns < f->ts_ns || ahead > MOST_AHEAD)
		return false;
	return later > NS_PER_S || (ahead && later > 10 * NS_PER_MS);
}

void classify_later(struct finding *f, const struct segment *s)
{
	bool is_from_source = !memcmp(&s->src, &f->source, sizeof(s->src));
	bool is_challenge = s->flags & SEG_ACK && !s->len &&
			    !(s->flags & (SEG_SYN | SEG_FIN)) &&
			    s->ack != f->position.seq;

	if (s->flags & SEG_RST || s->ts_ns < f->ts_ns)
		return;
	if (!is_from_source && is_challenge && s->ts_ns - f->ts_ns < NS_PER_S &&
	    !evidence_has(f, EVIDENCE_CHALLENGED))
		evidence_add(f, EVIDENCE_CHALLENGED, s->frame, 0);
	if (!is_from_source || !continues(f, s) ||
	    evidence_has(f, EVIDENCE_CONTINUED))
		return;
	evidence_add(f, EVIDENCE_CONTINUED, s->frame, s->ts_ns - f->ts_ns);
	f->cause = RST_CAUSE_INJECTED;
	f->certainty = RST_CERTAIN;
	f->verdict = VERDICT_EXPLAINED;
}
