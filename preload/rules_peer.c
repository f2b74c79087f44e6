/* SPDX-License-Identifier: MIT */
/* rules_peer.c - resets that hang on what the other end is or does. */
#include "rules.h"

#include "rstwatch/address.h"

/* tcp_close_state(): states in which closing for writing sends a FIN. */
static const unsigned sends_fin = BIT(RST_ESTABLISHED) | BIT(RST_CLOSE_WAIT) |
				  BIT(RST_SYN_RECV);

static bool is_multipath(const struct rst_facts *f)
{
	return f->is_mptcp && !f->is_fallback;
}

/* What new payload of ours would meet at the other end. */
enum reception {
	UNKNOWN_RECEPTION,
	IS_ACCEPTED, /* taken or swallowed: no reset */
	IS_RESET,
};

/*
 * No socket of that address pair, and no translation that could hide it: then
 * tcp_v4_rcv() finds none and answers NO_SOCKET (P1), or finds the listener,
 * which answers a segment with ACK by TCP_FLAGS (P2).
 */
static bool peer_forgot(const struct rst_facts *f)
{
	return knows(f, RST_HAVE_PEER_SOCKET) &&
	       (f->peer_socket.where == RST_PEER_GONE ||
		f->peer_socket.where == RST_PEER_LISTENER);
}

/*
 * P7. tcp_rcv_state_process(): FIN_WAIT1 and FIN_WAIT2 with RCV_SHUTDOWN, set
 * by close() and by shutdown(SHUT_RD, SHUT_RDWR), reset on new data; one that
 * only did shutdown(SHUT_WR) still reads. P9. tcp_timewait_state_process(): so
 * does a minisock that stands for FIN_WAIT2, but not a real TIME_WAIT.
 */
static enum reception reception_of_found(const struct rst_peer_socket *p)
{
	if (p->is_timewait)
		return p->state == RST_FIN_WAIT2 ? IS_RESET : IS_ACCEPTED;
	if (p->state != RST_FIN_WAIT1 && p->state != RST_FIN_WAIT2)
		return IS_ACCEPTED;
	if (p->is_orphan && !p->is_mptcp)
		return IS_RESET;
	if (!p->has_shutdown)
		return UNKNOWN_RECEPTION;
	return p->shutdown & BIT(0) ? IS_RESET : IS_ACCEPTED;
}

/*
 * A listener that answered with a SYN cookie has no socket for a client that
 * believes to be connected, and may yet make one (cookie_v4_check()). Whoever
 * has sent or acknowledged something was one; and where no cookie was ever
 * sent, a connection is in the tables until it is over.
 */
static bool peer_was_there(const struct rst_facts *f)
{
	uint64_t in_flight = f->unacked - f->unsent;

	if (!is_in(f, BIT(RST_ESTABLISHED)) || !f->peer_socket.has_cookies)
		return true;
	return knows(f, RST_HAVE_BYTES | RST_HAVE_UNACKED | RST_HAVE_UNSENT) &&
	       (f->bytes_received > 0 || f->bytes_sent > in_flight);
}

static enum reception reception_of(const struct rst_facts *f)
{
	if (!knows(f, RST_HAVE_PEER_SOCKET))
		return UNKNOWN_RECEPTION;
	if (peer_forgot(f))
		return f->peer_socket.may_be_nat ? UNKNOWN_RECEPTION : IS_RESET;
	if (f->peer_socket.where == RST_PEER_FOUND)
		return reception_of_found(&f->peer_socket);
	return UNKNOWN_RECEPTION;
}

/*
 * Payload leaves for a peer that may have closed: P1, P2, P7, P9. A remote
 * peer whose FIN has come (own state CLOSE_WAIT) has probably closed both
 * ways, but may have shut down its sending side only. MPTCP is left out: there
 * FIN and data belong to the connection above the subflows, and late data is
 * swallowed.
 */
static bool payload_meets_close(const struct rst_facts *f, bool leaves_now,
				struct rst_verdict *v)
{
	enum rst_certainty certainty = RST_LIKELY;

	if (is_multipath(f) ||
	    !may_be_in(f, BIT(RST_ESTABLISHED) | BIT(RST_CLOSE_WAIT)))
		return false;
	switch (reception_of(f)) {
	case IS_ACCEPTED: return silent(v);
	case IS_RESET:
		if (!peer_was_there(f))
			certainty = RST_POSSIBLE;
		else if (leaves_now)
			certainty = certain_in_state(f);
		break;
	case UNKNOWN_RECEPTION:
		if (!is_in(f, BIT(RST_CLOSE_WAIT)))
			return false;
		break;
	}
	return resets(v, RST_CAUSE_DATA_AFTER_CLOSE, certainty,
		      RST_SENDER_PEER);
}

/*
 * tcp_snd_wnd_test(): not even a first segment leaves that is too long. Before
 * Linux 5.4 nothing tells.
 */
static bool fits_window(const struct rst_act *a, const struct rst_facts *f)
{
	size_t first = a->bytes < f->segment ? a->bytes : f->segment;

	return knows(f, RST_HAVE_WINDOW) && first <= f->window;
}

/*
 * Behind data that is still held back (a full window), in a cork or by Nagle's
 * rule behind data that is not acknowledged, this data waits as well, and the
 * program may end the connection before it leaves. peer  -> local  FIN,ACK   or
 * still under way, behind a full window local -> peer   PSH,ACK   this call
 *   peer  -> local  RST
 */
bool rule_data_after_close(const struct rst_act *a, const struct rst_facts *f,
			   struct rst_verdict *v)
{
	bool leaves_now = a->bytes && !f->is_corked && fits_window(a, f) &&
			  knows(f, RST_HAVE_UNSENT | RST_HAVE_UNACKED) &&
			  !f->unsent && !f->unacked;

	return payload_meets_close(f, leaves_now, v);
}

/*
 * tcp_send_fin() pushes what was written and held back (TCP_CORK, MSG_MORE,
 * Nagle): data that meets the closed peer only now.
 */
bool rule_flush_after_close(const struct rst_act *a, const struct rst_facts *f,
			    struct rst_verdict *v)
{
	struct rst_verdict found;

	if (!closes_writing(a) || !knows(f, RST_HAVE_UNSENT) || !f->unsent)
		return false;
	if (!payload_meets_close(f, false, &found) || !found.cause)
		return false;
	*v = found;
	return true;
}

/*
 * P1, P2 for our FIN. Where addresses may be translated, a peer that is not
 * found is only believed to be gone once its own FIN has come.
 *   peer  -> local  FIN,ACK   long ago
 *   local -> peer   FIN,ACK   this call
 *   peer  -> local  RST
 */
bool rule_fin_to_forgotten(const struct rst_act *a, const struct rst_facts *f,
			   struct rst_verdict *v)
{
	if (!closes_writing(a) || !may_be_in(f, sends_fin) || !peer_forgot(f))
		return false;
	if (!f->peer_socket.may_be_nat)
		return resets(v, RST_CAUSE_PEER_GONE,
			      peer_was_there(f) ? certain_in_state(f)
						: RST_POSSIBLE,
			      RST_SENDER_PEER);
	return is_in(f, BIT(RST_CLOSE_WAIT)) &&
	       resets(v, RST_CAUSE_PEER_GONE, RST_POSSIBLE, RST_SENDER_PEER);
}

/*
 * P7 at our own end. What the peer has written and we have not received lands
 * in FIN_WAIT1 or FIN_WAIT2 after RCV_SHUTDOWN was set: reason
 * TCP_ABORT_ON_DATA. The segment on the wire answers data after a close, so
 * that is its name, although the close is ours. Only likely: an abort of the
 * peer's may come first; and behind a window that unread data has filled it may
 * never come.
 *   local -> peer   FIN,ACK   this call
 *   peer  -> local  PSH,ACK   was under way
 *   local -> peer   RST
 */
bool rule_data_under_way(const struct rst_act *a, const struct rst_facts *f,
			 struct rst_verdict *v)
{
	const struct rst_peer_socket *p = &f->peer_socket;
	unsigned states = BIT(RST_FIN_WAIT1) | BIT(RST_FIN_WAIT2);

	if (a->kind == RST_ACT_SHUTDOWN && !closes_reading(a))
		return false;
	if (closes_writing(a))
		states |= BIT(RST_ESTABLISHED);
	if (is_multipath(f) || !is_in(f, states) ||
	    !knows(f, RST_HAVE_PEER_SOCKET | RST_HAVE_BYTES))
		return false;
	if (p->where != RST_PEER_FOUND || !p->has_written ||
	    p->written <= f->bytes_received)
		return false;
	return resets(v, RST_CAUSE_DATA_AFTER_CLOSE,
		      f->unread ? RST_POSSIBLE : RST_LIKELY, RST_SENDER_SELF);
}

/*
 * P1, P2 for a window update: __tcp_select_window() sends one when reading
 * reopens a window that was nearly shut, which can't be seen from here; after
 * the peer's FIN Linux sends none (kernel.md 3.11).
 */
bool rule_update_to_forgotten(const struct rst_act *a,
			      const struct rst_facts *f, struct rst_verdict *v)
{
	(void)a;
	return is_in(f, BIT(RST_ESTABLISHED) | BIT(RST_FIN_WAIT1) |
				BIT(RST_FIN_WAIT2)) &&
	       knows(f, RST_HAVE_UNREAD) && f->unread && peer_forgot(f) &&
	       !f->peer_socket.may_be_nat &&
	       resets(v, RST_CAUSE_PEER_GONE, RST_POSSIBLE, RST_SENDER_PEER);
}

/*
 * A socket bound to the very port that it connects to meets itself and
 * connects (RFC 9293 3.5, simultaneous open).
 */
static bool meets_itself(const struct rst_facts *f)
{
	return f->peer.port && f->local.port == f->peer.port &&
	       (addr_is_any(&f->local) || addr_is_same_ip(&f->local, &f->peer));
}

/*
 * P1 for a SYN: no listener. A rule that redirects loopback is rare, one that
 * publishes a container's port on the host's own address is not. With
 * TCP_FASTOPEN_CONNECT the SYN waits for data, in SYN_SENT, where the cookie is
 * known (tcp_fastopen_defer_connect()).
 *   local -> peer   SYN
 *   peer  -> local  RST,ACK
 */
bool rule_refused(const struct rst_act *a, const struct rst_facts *f,
		  struct rst_verdict *v)
{
	enum rst_certainty certainty = certain_in_state(f);
	unsigned states = BIT(RST_CLOSE);

	(void)a;
	if (f->is_deferred)
		states |= BIT(RST_SYN_SENT);
	if (!may_be_in(f, states) || !knows(f, RST_HAVE_PEER_SOCKET) ||
	    f->peer_socket.where != RST_PEER_GONE)
		return silent(v);
	if (!knows(f, RST_HAVE_LOCAL | RST_HAVE_PEER))
		certainty = RST_LIKELY;
	else if (meets_itself(f))
		return silent(v);
	if (f->is_deferred && is_in(f, BIT(RST_CLOSE)))
		certainty = RST_LIKELY;
	if (f->peer_socket.may_be_nat)
		certainty = addr_is_loopback(&f->peer) ? RST_LIKELY
						       : RST_POSSIBLE;
	return resets(v, RST_CAUSE_REFUSED, certainty, RST_SENDER_PEER);
}
