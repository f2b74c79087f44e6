/* SPDX-License-Identifier: MIT */
/* rules_passive.c - answers to a segment for which there is no connection. */
#include "scene.h"

static const uint64_t NS_PER_S = 1000000000, NS_PER_MS = 1000000;

/*
 * Which of the two causes it is, hangs on the segment that was answered alone:
 * data that nobody will read, or anything else. So the preload decides, too.
 */
static bool decide_by_trigger(const struct scene *s,
			      enum rst_certainty certainty)
{
	if (s->hops_apart)
		certainty = RST_LIKELY;
	return scene_decide(s,
			    s->trigger == TRIGGER_DATA
				    ? RST_CAUSE_DATA_AFTER_CLOSE
				    : RST_CAUSE_PEER_GONE,
			    certainty);
}

static const struct past *find_flag(const struct scene *s, int dir,
				    uint8_t flag)
{
	for (const struct past *p = s->past; p < s->past + s->past_len; p++)
		if (p->dir == dir && p->flags & flag)
			return p;
	return NULL;
}

static void say_closed(const struct scene *s)
{
	const struct past *fin = find_flag(s, s->dir, SEG_FIN);
	uint64_t fin_ns = s->flow->first_ns + s->source->fin_ms * NS_PER_MS;

	if (fin)
		scene_say(s, EVIDENCE_FIN_BEFORE, fin->frame,
			  scene_ago_ns(s, fin->ts_ns));
	else
		scene_say(s, EVIDENCE_FIN_EARLIER, 0, scene_ago_ns(s, fin_ns));
	if (seq_before(s->answered->ack, s->source->fin))
		scene_say(s, EVIDENCE_FIN_CROSSED, s->answered->frame, 0);
}

/*
 * tcp_rcv_state_process(), FIN_WAIT1 with TCP_LINGER2 < 0: FIN, then its plain
 * acknowledgment gets a RST, at once. A FIN_WAIT2 or TIME_WAIT socket would
 * have dropped it, and a forgotten one would be older. Where the other side had
 * closed first, it was LAST_ACK, and a system that keeps nothing after its FIN.
 * What comes later answers something else, that wasn't captured.
 */
static bool denied_its_fin_ack(struct scene *s)
{
	uint64_t fin_ns = s->flow->first_ns + s->source->fin_ms * NS_PER_MS;

	if (s->trigger != TRIGGER_ACK || s->dest->flags & SIDE_FIN ||
	    !scene_is_fin_ack(s, s->answered) ||
	    scene_ago_ns(s, fin_ns) > 3 * NS_PER_S)
		return false;
	if (s->hops_apart)
		return scene_decide(s, RST_CAUSE_INJECTED, RST_LIKELY);
	if (!scene_is_in_time(s, s->answered)) {
		scene_say(s, EVIDENCE_FIN_ACK_LATE,
			  scene_ago_ns(s, s->answered->ts_ns), 0);
		return scene_decide(s, RST_CAUSE_UNEXPLAINED,
				    RST_CERTAINTY_NONE);
	}
	scene_say(s, EVIDENCE_FIN_ACK_DENIED, 0, 0);
	return scene_decide(s, RST_CAUSE_LINGER2_NEGATIVE, RST_LIKELY);
}

/*
 * The bytes that the source acknowledged after its FIN: then it was
 * shutdown(SHUT_WR), for a closed socket answers data with a reset. When it
 * closed for good, no packet shows.
 */
static uint32_t taken_since_fin(const struct scene *s)
{
	const struct past *fin = find_flag(s, s->dir, SEG_FIN);
	uint32_t taken;

	if (!fin || !seq_after(s->source->ack, fin->ack))
		return 0;
	taken = s->source->ack - fin->ack;
	return taken -
	       (s->dest->flags & SIDE_FIN && s->source->ack == s->dest->fin);
}

/*
 * FIN, then a segment from the other side gets a RST. For data:
 * tcp_rcv_state_process() with RCV_SHUTDOWN, tcp_timewait_state_process(), or
 * no socket left; for the rest only the latter.
 */
static bool had_closed(struct scene *s)
{
	uint32_t taken = taken_since_fin(s);

	if (!(s->source->flags & SIDE_FIN))
		return false;
	say_closed(s);
	if (taken)
		scene_say(s, EVIDENCE_HALF_CLOSED, taken, 0);
	return denied_its_fin_ack(s) ||
	       decide_by_trigger(s, taken ? RST_LIKELY : RST_CERTAIN);
}

/* A reset that reached the source ended its socket; the sender lives on. */
static bool was_reset(struct scene *s)
{
	const struct past *reset = find_flag(s, !s->dir, SEG_RST);

	if (!(s->dest->flags & SIDE_RST))
		return false;
	if (reset)
		scene_say(s, EVIDENCE_WAS_RESET, reset->frame, 0);
	return decide_by_trigger(s, RST_LIKELY);
}

/* What the source may still send, before the destination takes more. */
static uint32_t window_left(const struct scene *s)
{
	uint32_t window = flow_window(s->flow, !s->dir);
	uint32_t unacked = seq_after(s->source->next, s->dest->ack)
				   ? s->source->next - s->dest->ack
				   : 0;

	return window > unacked ? window - unacked : 0;
}

/*
 * The source wrote more than the window takes and closed: its FIN waits behind
 * the data, and any data for it gets a RST (kernel.md 3.9). It waits for room
 * for a whole segment. Where no scale is known, a window can be any.
 */
static bool has_full_window(const struct scene *s)
{
	uint32_t largest = 0;

	if (!(s->dest->flags & SIDE_ACK) ||
	    (s->dest->window && !s->dest->wscale))
		return false;
	for (const struct past *p = s->past; p < s->past + s->past_len; p++)
		if (scene_sent_by_source(s, p) && p->len > largest)
			largest = p->len;
	return window_left(s) < largest;
}

/*
 * No FIN was seen. Either it lies before the capture, or the source lost its
 * state, or a firewall speaks for it: only in the first two cases does it hold
 * no connection, and only silence tells them from the third.
 */
static bool has_lost_it(struct scene *s)
{
	uint64_t silent = scene_ago_ns(s, s->flow->last_ns[s->dir]);

	if (!(s->source->flags & SIDE_SEEN)) {
		scene_say(s, EVIDENCE_NO_CLOSE_SEEN, 0, 0);
		return decide_by_trigger(s, RST_LIKELY);
	}
	if (has_full_window(s) && s->trigger == TRIGGER_DATA) {
		scene_say(s, EVIDENCE_WINDOW_FULL, window_left(s), 0);
		return decide_by_trigger(s, RST_LIKELY);
	}
	if (silent >= 5 * NS_PER_S) {
		scene_say(s, EVIDENCE_SILENT_BEFORE, silent, 0);
		return decide_by_trigger(s, RST_LIKELY);
	}
	scene_say(s, EVIDENCE_ALIVE_BEFORE, silent, 0);
	return false;
}

bool rules_passive(struct scene *s)
{
	if (s->form != FORM_PASSIVE || !s->answered)
		return false;
	return had_closed(s) || was_reset(s) || has_lost_it(s);
}
