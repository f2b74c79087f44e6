/* SPDX-License-Identifier: MIT */
/* rules_self.c - resets that our own socket's state decides. */
#include "rules.h"

/* tcp_need_reset(): states in which tcp_disconnect() sends a RST. */
static const unsigned need_reset = BIT(RST_ESTABLISHED) | BIT(RST_CLOSE_WAIT) |
				   BIT(RST_FIN_WAIT1) | BIT(RST_FIN_WAIT2) |
				   BIT(RST_SYN_RECV);

/*
 * fput(): the socket is released with the last struct file reference, so a
 * descriptor that is not the last one goes without a segment (kernel.md 3.14).
 */
bool rule_another_holder(const struct rst_act *a, const struct rst_facts *f,
			 struct rst_verdict *v)
{
	(void)a;
	return (f->holder == RST_HOLDER_FD ||
		f->holder == RST_HOLDER_PROCESS) &&
	       silent(v);
}

/*
 * No connection, or no longer one: __tcp_close() goes to adjudge_to_death in
 * state CLOSE, whatever is unread; tcp_disconnect() and tcp_close_state() send
 * nothing from SYN_SENT; all other calls fail before they send.
 */
bool rule_not_connected(const struct rst_act *a, const struct rst_facts *f,
			struct rst_verdict *v)
{
	(void)a;
	return is_in(f,
		     BIT(RST_CLOSE) | BIT(RST_SYN_SENT) | BIT(RST_TIME_WAIT)) &&
	       silent(v);
}

/* __tcp_close(), tcp_disconnect(): tp->repair vanishes without a segment. */
bool rule_in_repair(const struct rst_act *a, const struct rst_facts *f,
		    struct rst_verdict *v)
{
	(void)a;
	return f->is_repair && silent(v);
}

/*
 * A5. inet_csk_listen_stop() -> inet_child_forget() -> tcp_disconnect(child):
 * one RST for each connection that waits. inet_shutdown() disconnects a
 * listener for SHUT_RD and SHUT_RDWR, and ignores SHUT_WR. tcpi_unacked also
 * counts connections that their client has reset already.
 * reuseport_migrate_sock(): with net.ipv4.tcp_migrate_req a sibling takes them
 * over, and without it a BPF program of the group may have it so, which can't
 * be seen: beside a sibling it is never certain.
 */
bool rule_listener_ends(const struct rst_act *a, const struct rst_facts *f,
			struct rst_verdict *v)
{
	enum rst_certainty certainty = f->is_unaccepted_exact ? RST_CERTAIN
							      : RST_LIKELY;

	if (!is_in(f, BIT(RST_LISTEN)))
		return false;
	if (a->kind != RST_ACT_CLOSE && a->kind != RST_ACT_DISCONNECT &&
	    !(a->kind == RST_ACT_SHUTDOWN && closes_reading(a)))
		return silent(v);
	if (!knows(f, RST_HAVE_UNACCEPTED) || !f->unaccepted ||
	    (f->is_migrating && f->siblings > 0))
		return silent(v);
	if (f->is_migrating && f->siblings == RST_SIBLINGS_UNKNOWN)
		certainty = RST_POSSIBLE;
	return resets(v, RST_CAUSE_UNACCEPTED_CONNECTIONS, certainty,
		      RST_SENDER_SELF);
}

/*
 * A1. __tcp_close(): data_was_unread, looked at before linger. RFC 1122
 * 4.2.2.13. A12: __mptcp_close() -> mptcp_do_fastclose() does the same, but
 * not for a connection that fell back to TCP: it has taken the data from its
 * subflow, and closes that as if all were read.
 *   peer  -> local  PSH,ACK   never read
 *   local -> peer   RST,ACK
 */
bool rule_unread_data(const struct rst_act *a, const struct rst_facts *f,
		      struct rst_verdict *v)
{
	(void)a;
	if (f->is_unread_hidden)
		return resets(v, RST_CAUSE_UNREAD_DATA, RST_LIKELY,
			      RST_SENDER_SELF);
	return knows(f, RST_HAVE_UNREAD) && f->unread && !f->is_fallback &&
	       resets(v, RST_CAUSE_UNREAD_DATA, certain_in_state(f),
		      RST_SENDER_SELF);
}

/*
 * tcp_disconnect(): a RST from the states of tcp_need_reset(), and from
 * CLOSING and LAST_ACK only while data or FIN is unsent (snd_nxt !=
 * write_seq): A2, A3, A4.
 */
static enum rst_certainty disconnect_resets(const struct rst_facts *f)
{
	if (may_be_in(f, need_reset))
		return certain_in_state(f);
	if (is_in(f, BIT(RST_CLOSING) | BIT(RST_LAST_ACK)) &&
	    knows(f, RST_HAVE_UNSENT) && (f->unsent || f->is_fin_unsent))
		return RST_CERTAIN;
	return RST_CERTAINTY_NONE;
}

/*
 * A2, A3. __tcp_close(): SOCK_LINGER with no linger time calls
 * tcp_disconnect(). MPTCP hands the option to its subflows.
 */
bool rule_linger_zero(const struct rst_act *a, const struct rst_facts *f,
		      struct rst_verdict *v)
{
	(void)a;
	if (!knows(f, RST_HAVE_LINGER) || f->linger != 0)
		return false;
	if (!disconnect_resets(f))
		return silent(v);
	/* Unread data would reset as well, but by another name. */
	return resets(v, RST_CAUSE_LINGER_ZERO,
		      knows(f, RST_HAVE_UNREAD) ? disconnect_resets(f)
						: RST_LIKELY,
		      RST_SENDER_SELF);
}

/*
 * A4. __inet_stream_connect() with AF_UNSPEC: tcp_disconnect(), unread data or
 * not; mptcp_disconnect() does a fastclose. Without the state it may as well
 * be a socket that was never connected.
 */
bool rule_disconnects(const struct rst_act *a, const struct rst_facts *f,
		      struct rst_verdict *v)
{
	enum rst_certainty certainty = disconnect_resets(f);

	(void)a;
	if (!certainty)
		return silent(v);
	return resets(v, RST_CAUSE_DISCONNECT, certainty, RST_SENDER_SELF);
}

/*
 * The subflow of an MPTCP socket that fell back waits in FIN_WAIT2 anyway; but
 * where data is unread, mptcp_do_fastclose() closes it by tcp_close().
 */
static bool has_negative_linger2(const struct rst_facts *f)
{
	return knows(f, RST_HAVE_LINGER2) && f->linger2 < 0 &&
	       (!f->is_fallback || (knows(f, RST_HAVE_UNREAD) && f->unread));
}

/*
 * A6. __tcp_close(): FIN_WAIT2 with tp->linger2 < 0, reason
 * TCP_ABORT_ON_LINGER.
 *   local -> peer   FIN,ACK   earlier, by shutdown(SHUT_WR)
 *   peer  -> local  ACK
 *   local -> peer   RST,ACK   at close()
 */
bool rule_linger2_in_fin_wait2(const struct rst_act *a,
			       const struct rst_facts *f, struct rst_verdict *v)
{
	(void)a;
	return has_negative_linger2(f) && is_in(f, BIT(RST_FIN_WAIT2)) &&
	       resets(v, RST_CAUSE_LINGER2_NEGATIVE, RST_CERTAIN,
		      RST_SENDER_SELF);
}

/*
 * P8. tcp_rcv_state_process(): an orphan in FIN_WAIT1 with tp->linger2 < 0
 * answers the acknowledgment of its FIN with a RST. Only likely: the peer's
 * own FIN may come first, and then there is none.
 *   local -> peer   FIN,ACK   by close()
 *   peer  -> local  ACK       up to 40 ms later
 *   local -> peer   RST
 */
bool rule_linger2_before_ack(const struct rst_act *a, const struct rst_facts *f,
			     struct rst_verdict *v)
{
	(void)a;
	return has_negative_linger2(f) &&
	       is_in(f, BIT(RST_ESTABLISHED) | BIT(RST_SYN_RECV) |
				BIT(RST_FIN_WAIT1)) &&
	       resets(v, RST_CAUSE_LINGER2_NEGATIVE, RST_LIKELY,
		      RST_SENDER_SELF);
}
