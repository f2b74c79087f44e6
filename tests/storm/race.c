/* SPDX-License-Identifier: MIT */
/* race.c - what nobody could have known before the call. */
#include "decision.h"

/*
 * The capture sees a segment a little before TCP does. That it was a FIN, and
 * that TCP took it in after the check, the kernel says itself.
 */
static bool is_fin_taken(const struct part *p, const struct span *s,
			 uint16_t port, bool by_server)
{
	for (size_t i = 0; i < p->fin_count; i++)
		if ((!port || p->fins[i].port == port) &&
		    p->fins[i].is_of_server != by_server &&
		    p->fins[i].ts_ns >= s->check_ns &&
		    p->fins[i].ts_ns < s->effect_ns)
			return true;
	return false;
}

/*
 * Only what arrived after the check: what had come before was there to see.
 * And only before the call had its effect.
 */
bool is_race(const struct part *p, const struct span *s, uint16_t port,
	     bool by_server)
{
	for (size_t i = 0; i < p->packet_count; i++) {
		const struct seen_packet *k = &p->packets[i];

		if ((!port || k->port == port) &&
		    k->is_from_server == by_server &&
		    k->arrived_ns >= s->check_ns &&
		    k->arrived_ns < s->effect_ns)
			return true;
	}
	return is_fin_taken(p, s, port, by_server);
}

/*
 * The peer's FIN left after our check, and before our segment came to it: it
 * was open when we looked.
 */
static bool is_crossing(const struct part *p, const struct decision *d)
{
	for (size_t i = 0; d->trigger && i < p->packet_count; i++) {
		const struct seen_packet *s = &p->packets[i];

		if (s->port == d->port && s->flags & SEG_FIN &&
		    s->is_from_server == d->rst->is_from_server &&
		    s->ts_ns >= d->owner->begin_ns && s->ts_ns < d->rst->ts_ns)
			return true;
	}
	return false;
}

/*
 * Or it had come, but TCP took it in only after our check: a segment that finds
 * its socket locked by a call waits for that call's end (sk_backlog).
 */
static bool is_fin_late(const struct part *p, const struct decision *d)
{
	for (size_t i = 0; d->trigger && i < p->fin_count; i++)
		if (p->fins[i].port == d->port &&
		    p->fins[i].is_of_server == d->trigger->is_from_server &&
		    p->fins[i].ts_ns >= d->owner->begin_ns)
			return true;
	return false;
}

/* No record says when it looked: not before the call. */
bool is_effect_race(const struct part *p, const struct decision *d)
{
	const struct seen_packet *effect = d->trigger ? d->trigger : d->rst;
	const struct span s = {d->owner->begin_ns, effect->ts_ns};

	return is_crossing(p, d) || is_fin_late(p, d) ||
	       is_race(p, &s, d->port, !effect->is_from_server);
}

/* The other end did TCP_REPAIR and close, and this one was not idle. */
static bool has_just_vanished(const struct part *p, const struct decision *d)
{
	enum { IDLE_NS = 1000000000, TCP_REPAIR_OPTION = 19 };
	bool has_vanished = false, is_idle = true;

	for (size_t i = 0; i < p->call_count; i++) {
		const struct journal_entry *c = &p->calls[i];

		if (c >= d->owner)
			break;
		if (is_side(c, d->rst->is_from_server))
			has_vanished |= c->call == STORM_setsockopt &&
					c->arg == TCP_REPAIR_OPTION &&
					c->result == 0;
		else if (c->side != SIDE_ANY && c->call != STORM_poll)
			is_idle = d->owner->begin_ns - c->end_ns > IDLE_NS;
	}
	return has_vanished && !is_idle;
}

/* What is under way, or waits behind a hole, nobody here can know. */
static bool has_fin_come(const struct part *p, const struct decision *d)
{
	for (size_t i = 0; i < p->fin_count; i++)
		if (p->fins[i].port == d->port &&
		    p->fins[i].is_of_server == d->trigger->is_from_server &&
		    p->fins[i].ts_ns < d->owner->begin_ns)
			return true;
	return false;
}

bool is_unseen(const struct part *p, const struct decision *d)
{
	if (d->owner && d->owner->call >= STORM_uring_send)
		return true;
	if (!d->trigger || !d->owner)
		return false;
	if (d->owner->call >= STORM_read && d->owner->call <= STORM_recvmmsg)
		return true;
	/* A worker tells it of the FIN, a little later. */
	if (is_mptcp(p, !d->rst->is_from_server))
		return true;
	if (!d->rst->is_remote)
		return has_just_vanished(p, d);
	return d->cause != RST_CAUSE_DATA_AFTER_CLOSE || !has_fin_come(p, d);
}
