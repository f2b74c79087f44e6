/* SPDX-License-Identifier: MIT */
/* decision.c - finds what a reset answers, whose call that was, and why. */
#include "decision.h"

#include <netinet/in.h>
#include <string.h>

#ifndef IPPROTO_MPTCP
#define IPPROTO_MPTCP 262
#endif

bool looks_active(const struct seen_packet *rst)
{
	return rst->flags & SEG_ACK && (rst->seq || rst->window);
}

/* A listener's reset names no peer: any connection of its may be meant. */
struct seen_reset *kernel_account(const struct part *p,
				  const struct seen_packet *rst)
{
	struct seen_reset *found = NULL;

	for (size_t i = 0; i < p->reset_count; i++) {
		struct seen_reset *r = &p->resets[i];

		if (r->is_matched || r->is_from_server != rst->is_from_server ||
		    (r->port && r->port != rst->port))
			continue;
		/* The two accounts may have them in another order. */
		if (r->is_active == looks_active(rst))
			return r;
		if (!found)
			found = r;
	}
	return found;
}

/*
 * The segment that a passive reset answers, RFC 9293 3.10.7.1: of several that
 * fit the last that came.
 */
static const struct seen_packet *trigger_of(const struct part *p,
					    const struct seen_packet *rst)
{
	const struct seen_packet *found = NULL;

	for (size_t i = 0; i < p->packet_count; i++) {
		const struct seen_packet *s = &p->packets[i];
		uint32_t end = s->seq + s->len + !!(s->flags & SEG_SYN) +
			       !!(s->flags & SEG_FIN);
		bool is_answered = rst->flags & SEG_ACK ? rst->ack == end
							: rst->seq == s->ack;

		if (s->ts_ns > rst->ts_ns)
			break;
		if (s->port == rst->port && !(s->flags & SEG_RST) &&
		    s->arrived_ns && s->arrived_ns <= rst->ts_ns &&
		    s->is_from_server != rst->is_from_server && is_answered &&
		    (!found || s->arrived_ns >= found->arrived_ns))
			found = s;
	}
	return found;
}

/*
 * A thread that waits on a descriptor holds its socket, and so does a UNIX
 * socket that carries it: the reset comes when they let go. That is no doing
 * of the call that ends the wait, nor of the UNIX socket's close.
 */
static bool is_deferred(const struct journal_entry *c, const struct decision *d)
{
	return !d->trigger && (c->call == STORM_poll || c->call == STORM_recv ||
			       (c->call == STORM_close && c->side == SIDE_ANY));
}

/* Calls that can make the kernel send data, or a FIN, before they return. */
static bool may_send(const struct journal_entry *c)
{
	return (c->call >= STORM_write && c->call <= STORM_sendfile) ||
	       c->call == STORM_setsockopt || c->call == STORM_connect ||
	       c->call == STORM_shutdown ||
	       (c->call >= STORM_close && c->call <= STORM_uring_close);
}

/* A read may send an acknowledgment alone: the window has opened. */
static bool may_acknowledge(const struct journal_entry *c)
{
	return (c->call >= STORM_read && c->call <= STORM_recvmmsg) ||
	       c->call == STORM_connect;
}

/* The call itself comes after all that was noted of it beforehand. */
static bool had_begun(const struct part *p, const struct journal_entry *c,
		      uint64_t ts_ns)
{
	for (size_t i = 0; i < p->record_count; i++) {
		const struct seen_record *r = &p->records[i];

		if ((r->action == RST_RESET_PREDICTED ||
		     r->action == RST_CONNECTION_CLOSED) &&
		    r->tid == c->tid && is_during(c, r->ts_ns) &&
		    r->ts_ns > ts_ns)
			return false;
	}
	return is_during(c, ts_ns);
}

/* All other acknowledgments are of timers and of what arrives. */
static bool sent_by(const struct part *p, const struct journal_entry *c,
		    const struct seen_packet *s)
{
	bool is_ack = !s->len && !(s->flags & (SEG_SYN | SEG_FIN));

	return had_begun(p, c, s->ts_ns) && is_side(c, s->is_from_server) &&
	       (is_ack ? may_acknowledge(c) : may_send(c));
}

/* The shortest call that fits: an exit may last for long around others. */
static const struct journal_entry *owner_of(const struct part *p,
					    const struct decision *d)
{
	const struct journal_entry *best = NULL;

	for (size_t i = 0; i < p->call_count; i++) {
		const struct journal_entry *c = &p->calls[i];
		bool fits = d->trigger ? sent_by(p, c, d->trigger)
				       : c->tid == d->kernel->tid &&
						 is_during(c, d->kernel->ts_ns);

		/* Both processes enter when a fork was over: the last wins. */
		if (c->call == STORM_fork || c->call == STORM_waitpid)
			continue;
		if (fits && (!best || length_of(c) < length_of(best)))
			best = c;
	}
	return best && is_deferred(best, d) ? NULL : best;
}

static bool is_reason(const struct decision *d, const char *reason)
{
	return strcmp(d->kernel->reason, reason) == 0;
}

/* An accepted socket is what its listener is. */
bool is_mptcp(const struct part *p, bool is_server)
{
	for (size_t i = 0; i < p->call_count; i++) {
		const struct journal_entry *c = &p->calls[i];

		if (c->call == STORM_socket && c->arg == IPPROTO_MPTCP &&
		    is_server == (c->side == SIDE_LISTENER))
			return true;
	}
	return false;
}

static enum rst_cause active_cause(const struct decision *d)
{
	/* MPTCP has but one reason: mptcp_do_fastclose(). */
	if (d->is_mptcp && d->owner && d->owner->call == STORM_connect)
		return RST_CAUSE_DISCONNECT;
	if (is_reason(d, "TCP_ABORT_ON_CLOSE"))
		return RST_CAUSE_UNREAD_DATA;
	if (is_reason(d, "TCP_ABORT_ON_LINGER"))
		return RST_CAUSE_LINGER2_NEGATIVE;
	if (is_reason(d, "TCP_ABORT_ON_MEMORY"))
		return RST_CAUSE_OUT_OF_MEMORY;
	/* TCP_STATE, TCP_DISCONNECT_WITH_DATA: the call tells them apart. */
	if (!d->owner)
		return RST_CAUSE_ABORT;
	if (d->owner->side == SIDE_LISTENER)
		return RST_CAUSE_UNACCEPTED_CONNECTIONS;
	return d->owner->call == STORM_connect ? RST_CAUSE_DISCONNECT
					       : RST_CAUSE_LINGER_ZERO;
}

static enum rst_cause passive_cause(const struct decision *d)
{
	if (!d->trigger)
		return RST_CAUSE_UNEXPLAINED;
	if (d->trigger->flags & SEG_SYN)
		return d->trigger->flags & SEG_ACK ? RST_CAUSE_BAD_HANDSHAKE
						   : RST_CAUSE_REFUSED;
	if (d->trigger->len)
		return RST_CAUSE_DATA_AFTER_CLOSE;
	/* P8 of kernel.md: the acknowledgment of a FIN with linger2 < 0. */
	return is_reason(d, "TCP_ABORT_ON_DATA") ? RST_CAUSE_LINGER2_NEGATIVE
						 : RST_CAUSE_PEER_GONE;
}

struct decision decision_of(const struct part *p, const struct seen_packet *rst,
			    const struct seen_reset *kernel)
{
	struct decision d = {.port = rst->port, .rst = rst, .kernel = kernel};

	if (!kernel->is_active)
		d.trigger = trigger_of(p, rst);
	if (kernel->is_active || d.trigger)
		d.owner = owner_of(p, &d);
	d.is_mptcp = is_mptcp(p, rst->is_from_server);
	d.cause = kernel->is_active ? active_cause(&d) : passive_cause(&d);
	return d;
}

bool is_crossed(const struct decision *first, const struct decision *active)
{
	return active->kernel->is_active && active->owner &&
	       first->rst->is_from_server != active->rst->is_from_server;
}

bool is_overtaken(const struct decision *first, const struct decision *active)
{
	return !first->kernel->is_active && active->kernel->is_active &&
	       first->rst->is_from_server == active->rst->is_from_server &&
	       active->owner && is_during(active->owner, first->rst->ts_ns);
}
