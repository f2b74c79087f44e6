/* SPDX-License-Identifier: MIT */
/* flow.c - follows one TCP connection, segment by segment. */
#include <string.h>

#include "flow.h"

enum {
	NS_PER_MS = 1000000,
	SILENCE_NS = 1000000000,
	FIN_TIMEOUT_MS = 60000, /* net.ipv4.tcp_fin_timeout */
	/* No window is larger (RFC 7323 2.3): what is farther off is noise. */
	PLAUSIBLE = 1 << 30,
};

static uint32_t ms_between(uint64_t from_ns, uint64_t to_ns)
{
	uint64_t ms = to_ns > from_ns ? (to_ns - from_ns) / NS_PER_MS : 0;

	return ms < UINT32_MAX ? (uint32_t)ms : UINT32_MAX;
}

uint64_t flow_last_ns(const struct flow *f)
{
	return f->last_ns[0] > f->last_ns[1] ? f->last_ns[0] : f->last_ns[1];
}

/* Which end alone has closed, and may still be in FIN_WAIT2. */
static uint16_t half_closed(const struct flow *f, uint64_t ts_ns)
{
	int dir = f->side[0].flags & SIDE_FIN ? 0 : 1;
	uint32_t now_ms = ms_between(f->first_ns, ts_ns);

	if (f->flags & FLOW_FINISHED || !(f->side[dir].flags & SIDE_FIN) ||
	    f->side[!dir].flags & SIDE_FIN ||
	    now_ms - f->side[dir].fin_ms > FIN_TIMEOUT_MS)
		return 0;
	return dir ? FLOW_PRIOR_HALF_1 : FLOW_PRIOR_HALF_0;
}

void flow_begin(struct flow *f, uint64_t ts_ns)
{
	f->flags = FLOW_USED | (f->flags & FLOW_IPV6) | half_closed(f, ts_ns);
	memset(f->last_ns, 0, sizeof(f->last_ns));
	memset(f->side, 0, sizeof(f->side));
	f->first_ns = ts_ns;
	f->past = 0;
	f->packets = 0;
}

/*
 * A SYN with the number of the one before is that one sent again, unless it
 * was answered by a reset: Windows tries three times with the same number.
 */
bool flow_is_reused(const struct flow *f, int dir, const struct segment *s)
{
	const struct flow_side *own = &f->side[dir];

	if (!f->packets || !(s->flags & SEG_SYN) || s->flags & SEG_RST)
		return false;
	if (s->flags & SEG_ACK)
		return f->flags & FLOW_FINISHED && own->flags & SIDE_ISN &&
		       own->isn != s->seq;
	if (f->flags & FLOW_FINISHED)
		return true;
	if (own->flags & SIDE_ISN)
		return own->isn != s->seq;
	return own->flags & SIDE_SEEN;
}

bool flow_is_probe(const struct flow_side *side, const struct segment *s)
{
	return s->seq == side->next - 1 && s->len <= 1 &&
	       side->flags & SIDE_SEEN &&
	       (s->flags & (SEG_SYN | SEG_FIN | SEG_RST | SEG_ACK)) == SEG_ACK;
}

uint32_t flow_window(const struct flow *f, int dir)
{
	return (uint32_t)f->side[dir].window << f->side[dir].wscale;
}

static void take_syn(struct flow *f, int dir, const struct segment *s)
{
	struct flow_side *own = &f->side[dir], *other = &f->side[!dir];
	int client = s->flags & SEG_ACK ? !dir : dir;

	own->isn = s->seq;
	own->flags |= SIDE_ISN;
	if (!(f->flags & (FLOW_CLIENT_0 | FLOW_CLIENT_1)))
		f->flags |= client ? FLOW_CLIENT_1 : FLOW_CLIENT_0;
	/* The scale counts only if both SYNs carry one (RFC 7323 2.2). */
	own->wscale = s->wscale;
	if (!(s->flags & SEG_ACK))
		return;
	if (!(s->options & SEG_HAS_WSCALE))
		other->wscale = 0;
	if (!(other->flags & SIDE_ISN)) {
		other->isn = s->ack - 1;
		other->flags |= SIDE_ISN;
	}
}

static void take_fin(struct flow *f, int dir, const struct segment *s)
{
	struct flow_side *own = &f->side[dir];

	if (!(own->flags & SIDE_FIN))
		own->fin_ms = ms_between(f->first_ns, s->ts_ns);
	own->fin = segment_end(s);
	own->flags |= SIDE_FIN;
}

/*
 * Whether a segment brings something new is a toss-up to the processor: so no
 * branches in what asks for it.
 */
static uint32_t advance(uint32_t from, uint32_t to, bool is_so)
{
	return from + ((to - from) & -(uint32_t)is_so);
}

static void take_numbers(struct flow_side *own, const struct segment *s)
{
	uint32_t end = segment_end(s), next = own->next;
	bool is_first = !(own->flags & SIDE_SEEN);
	bool is_new = seq_after(end, next) & (end - next <= PLAUSIBLE);
	bool is_ahead = is_new & !is_first & seq_after(s->seq, next);

	own->flags |= (uint8_t)(SIDE_SEEN | is_ahead * SIDE_HOLE);
	own->next = advance(next, end, is_new | is_first);
}

/*
 * Acknowledged but never seen: the capture has a hole, or began later. Not so
 * while the other side has sent no more than its SYN: then a strange number is
 * a half-open peer's (RFC 9293 3.5.1), and no data was ever sent.
 */
static void take_unseen(struct flow_side *other, uint32_t ack)
{
	/* As far beyond as it may be, or nothing, or before: one comparison. */
	if (ack - other->next - 1 >= PLAUSIBLE || !(other->flags & SIDE_SEEN))
		return;
	if (other->flags & SIDE_ISN && other->next == other->isn + 1)
		return;
	other->next = ack;
	other->flags |= SIDE_HOLE;
}

static void take_ack(struct flow *f, int dir, const struct segment *s)
{
	struct flow_side *own = &f->side[dir], *other = &f->side[!dir];

	bool is_end,
		is_new = !(own->flags & SIDE_ACK) | seq_after(s->ack, own->ack);

	own->ack = advance(own->ack, s->ack, is_new);
	own->flags |= SIDE_ACK;
	take_unseen(other, s->ack);
	is_end = !!(other->flags & SIDE_FIN) &
		 !seq_before(own->ack, other->fin);
	other->flags |= (uint8_t)(is_end * SIDE_FIN_ACKED);
	if (own->flags & other->flags & SIDE_FIN_ACKED)
		f->flags |= FLOW_FINISHED;
}

static void take_header(struct flow_side *own, const struct segment *s)
{
	own->window = s->window;
	own->ip_id = s->ip_id;
	own->ttl = s->ttl;
	if (s->options & SEG_HAS_TIMESTAMP)
		own->flags |= SIDE_TIMESTAMP;
}

static void take_time(struct flow *f, struct flow_rare *rare, int dir,
		      uint64_t ts_ns)
{
	uint64_t last = flow_last_ns(f);

	f->last_ns[dir] = ts_ns;
	if (!last || ts_ns < last || ts_ns - last < SILENCE_NS)
		return;
	rare->idle_ms = ms_between(last, ts_ns);
	rare->spoke_ms = ms_between(f->first_ns, ts_ns);
	f->flags |= FLOW_RARE;
}

void flow_take(struct flow *f, struct flow_rare *rare, int dir,
	       const struct segment *s)
{
	struct flow_side *own = &f->side[dir];
	bool is_probe = flow_is_probe(own, s);

	/* A first SYN may be one of a flood: it is the first to be forgotten.
	 */
	if (f->packets++ || !(s->flags & SEG_SYN))
		f->flags |= FLOW_ACTIVE;
	if (s->flags & SEG_RST) {
		own->flags |= SIDE_RST;
		f->flags |= FLOW_FINISHED;
		return;
	}
	take_time(f, rare, dir, s->ts_ns);
	if (s->flags & SEG_SYN)
		take_syn(f, dir, s);
	take_numbers(own, s);
	if (s->flags & SEG_FIN)
		take_fin(f, dir, s);
	if (s->flags & SEG_ACK)
		take_ack(f, dir, s);
	own->probes = is_probe ? own->probes + (own->probes < UINT8_MAX) : 0;
	f->side[!dir].probes = 0;
	take_header(own, s);
}
