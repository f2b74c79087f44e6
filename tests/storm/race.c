/* SPDX-License-Identifier: MIT */
/* race.c - what nobody could have known before the call. */
#include "decision.h"

/*
 * What left so shortly before the call began may still have been on its way:
 * lo is a queue, and its receiving half runs a little later.
 */
enum { ON_ITS_WAY_NS = 20000 };

/*
 * A segment of the other side's, or our own acknowledgment of one, apart from
 * data that could have carried it: then it arrived just there.
 */
bool is_race(const struct part *p, const struct journal_entry *c, uint16_t port,
	     uint64_t until_ns, bool by_server)
{
	for (size_t i = 0; c && i < p->packet_count; i++) {
		const struct seen_packet *s = &p->packets[i];
		bool is_theirs = s->is_from_server == by_server;

		if ((port && s->port != port) || s->ts_ns >= until_ns)
			continue;
		if (is_theirs && s->ts_ns + ON_ITS_WAY_NS >= c->begin_ns)
			return true;
		if (!is_theirs && s->flags == SEG_ACK && !s->len &&
		    s->ts_ns >= c->begin_ns)
			return true;
	}
	return false;
}

/* The peer's FIN and our data met on the way: neither side knew. */
static bool is_crossing(const struct part *p, const struct decision *d)
{
	for (size_t i = 0; d->trigger && i < p->packet_count; i++) {
		const struct seen_packet *s = &p->packets[i];

		if (s->port == d->port && s->flags & SEG_FIN &&
		    s->is_from_server == d->rst->is_from_server &&
		    s->ts_ns >= d->trigger->ts_ns && s->ts_ns < d->rst->ts_ns)
			return true;
	}
	return false;
}

bool is_effect_race(const struct part *p, const struct decision *d)
{
	bool is_server = d->trigger ? d->trigger->is_from_server
				    : d->rst->is_from_server;

	return is_crossing(p, d) ||
	       is_race(p, d->owner, d->port,
		       d->trigger ? d->trigger->ts_ns : d->rst->ts_ns,
		       !is_server);
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

static bool has_sent_fin(const struct part *p, const struct decision *d)
{
	for (size_t i = 0; i < p->packet_count; i++) {
		const struct seen_packet *s = &p->packets[i];

		if (s->ts_ns >= d->owner->begin_ns)
			break;
		if (s->port == d->port && s->flags & SEG_FIN &&
		    s->is_from_server == d->rst->is_from_server)
			return true;
	}
	return false;
}

bool is_unseen(const struct part *p, const struct decision *d)
{
	if (!d->trigger || !d->owner)
		return false;
	if (d->owner->call >= STORM_read && d->owner->call <= STORM_recvmmsg)
		return true;
	if (!d->rst->is_remote)
		return has_just_vanished(p, d);
	return d->cause != RST_CAUSE_DATA_AFTER_CLOSE || !has_sent_fin(p, d);
}
