/* SPDX-License-Identifier: MIT */
/* correlate_match.c - whether a reset is the one that a record speaks of. */
#include <string.h>

#include "correlate_match.h"

static bool is_same(const struct rst_addr *a, const struct rst_addr *b)
{
	return !memcmp(a, b, sizeof(*a));
}

bool match_is_unspecified(const struct rst_addr *a)
{
	static const uint8_t zeros[sizeof(a->ip)];

	return !memcmp(a->ip, zeros, sizeof(zeros));
}

bool match_is_listener(const struct log_event *e)
{
	return e->cause == RST_CAUSE_UNACCEPTED_CONNECTIONS || !e->peer.family;
}

/*
 * The own end of a connection that isn't connected yet, or no longer, may lack
 * its port, its address, or both.
 */
static bool is_end(const struct rst_addr *end, const struct rst_addr *logged)
{
	if (logged->port && logged->port != end->port)
		return false;
	return match_is_unspecified(logged) ||
	       !memcmp(end->ip, logged->ip, sizeof(end->ip));
}

static bool is_by(const struct finding *f, const struct rst_addr *from,
		  const struct rst_addr *to)
{
	return is_end(&f->source, from) && is_end(&f->destination, to);
}

/* A dual-stack listener on [::] has clients of both families. */
static bool fits_listener(const struct log_event *e, const struct finding *f)
{
	return f->source.port == e->local.port && f->position.is_active &&
	       !f->position.source_sent_data &&
	       (match_is_unspecified(&e->local) ||
		!memcmp(f->source.ip, e->local.ip, sizeof(e->local.ip)));
}

/* tcp_rcv_state_process() answers, though it is our own socket that ends. */
static bool may_be_passive(const struct log_event *e)
{
	return e->cause == RST_CAUSE_LINGER2_NEGATIVE;
}

bool match_fits(const struct log_event *e, const struct finding *f)
{
	bool is_active = f->position.is_active;

	if (match_is_listener(e))
		return fits_listener(e, f);
	switch (e->sender) {
	case RST_SENDER_SELF:
		return is_by(f, &e->local, &e->peer) &&
		       (is_active || may_be_passive(e));
	case RST_SENDER_PEER:
		return is_by(f, &e->peer, &e->local) && !is_active;
	default:
		return is_by(f, &e->local, &e->peer) ||
		       is_by(f, &e->peer, &e->local);
	}
}

bool match_timed_out(const struct log_event *e)
{
	return e->cause == RST_CAUSE_KEEPALIVE_TIMEOUT;
}

bool match_was_received(const struct log_event *e, const struct finding *f)
{
	/* tcp_write_err(): the call's own kernel gave up, and sent the reset.
	 */
	if (match_timed_out(e))
		return f->position.is_active && is_by(f, &e->local, &e->peer);
	return is_by(f, &e->peer, &e->local);
}

enum match_place match_place(const struct log_event *e, const struct finding *f)
{
	const struct position *p = &f->position;
	bool is_own = is_same(&f->source, &e->local);
	uint32_t isn = is_own ? p->source_isn : p->destination_isn;
	bool has_fin = is_own ? p->source_sent_fin : p->destination_sent_fin;
	uint32_t seq = is_own ? p->seq : p->trigger_seq, next;

	if (!(e->have & RST_HAVE_BYTES) || match_is_listener(e) ||
	    !(is_own ? p->has_source_isn : p->has_destination_isn) ||
	    (!is_own &&
	     (f->trigger == TRIGGER_NONE || f->trigger == TRIGGER_SYN)))
		return PLACE_UNKNOWN;
	/* The sequence numbers are modulo 2^32, so are the bytes. */
	next = isn + 1 + (uint32_t)e->bytes_sent;
	if (!is_own && f->trigger == TRIGGER_KEEPALIVE)
		seq++;
	if (seq == next || (has_fin && seq == next + 1))
		return PLACE_EXACT;
	return PLACE_WRONG;
}

/* What had been received by then, against what the reset acknowledges. */
static bool has_received(const struct log_event *e, const struct finding *f)
{
	const struct position *p = &f->position;
	bool is_own = is_same(&f->source, &e->local);
	uint32_t isn = is_own ? p->destination_isn : p->source_isn;
	bool has_fin = is_own ? p->destination_sent_fin : p->source_sent_fin;
	/* An answer has the number that its trigger acknowledged. */
	uint32_t number = is_own ? p->ack : p->seq;
	uint32_t next = isn + 1 + (uint32_t)e->bytes_received;

	if (!(is_own ? p->has_destination_isn : p->has_source_isn) ||
	    p->has_ack != is_own)
		return false;
	return number == next || (has_fin && number == next + 1);
}

bool match_is_translated(const struct log_event *e, const struct finding *f)
{
	struct finding v = *f;

	if (is_same(&e->local, &f->source))
		v.destination = e->peer;
	else if (is_same(&e->peer, &f->source))
		v.destination = e->local;
	else if (is_same(&e->local, &f->destination))
		v.source = e->peer;
	else if (is_same(&e->peer, &f->destination))
		v.source = e->local;
	else
		return false;
	if (is_same(&v.source, &f->source) &&
	    is_same(&v.destination, &f->destination))
		return false;
	/* Without a byte, any two connections would agree. */
	return e->bytes_sent + e->bytes_received && match_fits(e, &v) &&
	       match_place(e, &v) == PLACE_EXACT && has_received(e, &v);
}
