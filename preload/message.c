/* SPDX-License-Identifier: MIT */
/* message.c - the human sentence of an event: fact, evidence, remedy. */
#include <string.h>

#include "rstwatch/record.h"

/* comm has 15 bytes, but a script's name may be taken from its path. */
enum { NAME_MAX_BYTES = 64 };

static bool has(const struct rst_event *e, enum rst_have bit)
{
	return e->facts.have & bit;
}

static bool is_text(const char *s)
{
	return s && *s;
}

static void plain(struct rst_text *t, const char *s)
{
	rst_text_plain(t, s, strlen(s), NAME_MAX_BYTES);
}

/* "1 byte", "11 bytes": n, a space, what, and an s where n is not 1. */
static void count(struct rst_text *t, uint64_t n, const char *what)
{
	rst_text_u64(t, n);
	rst_text_char(t, ' ');
	rst_text_str(t, what);
	if (n != 1)
		rst_text_char(t, 's');
}

/* "close(5) ", or "close " where no descriptor is known. */
static void say_call(struct rst_text *t, const struct rst_event *e)
{
	if (!is_text(e->call))
		return;
	plain(t, e->call);
	if (e->fd >= 0) {
		rst_text_char(t, '(');
		rst_text_i64(t, e->fd);
		rst_text_char(t, ')');
	}
	rst_text_char(t, ' ');
}

/* "127.0.0.1:80 -> 127.0.0.1:51234 ", as much of it as is known. */
static void say_flow(struct rst_text *t, const struct rst_event *e)
{
	const struct rst_facts *f = &e->facts;
	bool has_local = f->local.family, has_peer = f->peer.family;

	if (has_local && e->cause != RST_CAUSE_REFUSED) {
		rst_text_endpoint(t, &f->local);
		rst_text_char(t, ' ');
	}
	if (!has_peer)
		return;
	rst_text_str(t, "-> ");
	rst_text_endpoint(t, &f->peer);
	rst_text_char(t, ' ');
}

static void say_unread(struct rst_text *t, const struct rst_event *e)
{
	count(t, e->facts.unread, "unread byte");
}

/*
 * What was never sent is lost. What was sent and not acknowledged may have
 * arrived all the same: nobody here can tell.
 */
static void say_unacked(struct rst_text *t, const struct rst_event *e)
{
	uint32_t unsent = has(e, RST_HAVE_UNSENT) ? e->facts.unsent : 0;

	if (unsent) {
		rst_text_str(t, ", ");
		count(t, unsent, "unsent byte");
		rst_text_str(t, " lost");
	}
	if (has(e, RST_HAVE_UNACKED) && e->facts.unacked > unsent) {
		rst_text_str(t, ", ");
		count(t, e->facts.unacked - unsent, "unacknowledged byte");
		rst_text_str(t, " perhaps lost");
	}
}

static void say_unread_loss(struct rst_text *t, const struct rst_event *e)
{
	if (!has(e, RST_HAVE_UNREAD) || !e->facts.unread)
		return;
	rst_text_str(t, ", ");
	say_unread(t, e);
	rst_text_str(t, " lost");
}

static void say_unread_data(struct rst_text *t, const struct rst_event *e)
{
	if (has(e, RST_HAVE_UNREAD) && e->facts.unread)
		say_unread(t, e);
	else
		rst_text_str(t, "unread data");
	say_unacked(t, e);
}

static void say_linger_zero(struct rst_text *t, const struct rst_event *e)
{
	rst_text_str(t, "SO_LINGER is {on, 0}");
	if (is_text(e->linger_set_by)) {
		rst_text_str(t, ", set by ");
		plain(t, e->linger_set_by);
	}
	say_unacked(t, e);
}

static void say_disconnect(struct rst_text *t, const struct rst_event *e)
{
	rst_text_str(t, "AF_UNSPEC aborts the connection");
	say_unread_loss(t, e);
	say_unacked(t, e);
}

static void say_unaccepted(struct rst_text *t, const struct rst_event *e)
{
	if (!has(e, RST_HAVE_UNACCEPTED)) {
		rst_text_str(t, "connections wait unaccepted");
		return;
	}
	if (!e->facts.is_unaccepted_exact)
		rst_text_str(t, "up to ");
	count(t, e->facts.unaccepted, "connection");
	rst_text_str(t, e->facts.unaccepted == 1 ? " waits" : " wait");
	rst_text_str(t, " unaccepted");
}

static void say_linger2(struct rst_text *t, const struct rst_event *e)
{
	rst_text_str(t, "TCP_LINGER2 is negative");
	if (has(e, RST_HAVE_STATE)) {
		rst_text_str(t, " in ");
		rst_text_str(t, rst_state_name(e->facts.state));
	}
	say_unacked(t, e);
}

/* The other end on this host, or else what our own state says of it. */
static void say_data_after_close(struct rst_text *t, const struct rst_event *e)
{
	const struct rst_peer_socket *peer = &e->facts.peer_socket;

	switch (has(e, RST_HAVE_PEER_SOCKET) ? peer->where
					     : RST_PEER_ELSEWHERE) {
	case RST_PEER_GONE:
	case RST_PEER_LISTENER:
		rst_text_str(t, "the peer closed and its socket is gone");
		break;
	case RST_PEER_FOUND:
		rst_text_str(t, "the peer closed, its socket is in ");
		rst_text_str(t, rst_state_name(peer->state));
		if (peer->is_orphan && !peer->is_timewait && peer->unacked > 1)
			rst_text_str(t, " with data for us still in flight");
		break;
	case RST_PEER_ELSEWHERE:
		rst_text_str(t, "the peer's FIN has arrived");
		break;
	}
	say_unacked(t, e);
}

static void say_refused(struct rst_text *t, const struct rst_event *e)
{
	(void)e;
	rst_text_str(t, "nobody listens there");
}

static void say_peer_gone(struct rst_text *t, const struct rst_event *e)
{
	rst_text_str(t, "the peer no longer knows the connection");
	say_unacked(t, e);
}

static void say_keepalive(struct rst_text *t, const struct rst_event *e)
{
	rst_text_str(t, "the peer is silent");
	if (has(e, RST_HAVE_TIMES)) {
		rst_text_str(t, " for ");
		rst_text_duration(t, e->facts.last_ack_ms * UINT64_C(1000000));
	}
	say_unacked(t, e);
}

typedef void say_fn(struct rst_text *t, const struct rst_event *e);

/* The causes that the preload can name; contract.md section 2. */
static say_fn *const evidence[RST_CAUSE_COUNT] = {
	[RST_CAUSE_UNREAD_DATA] = say_unread_data,
	[RST_CAUSE_LINGER_ZERO] = say_linger_zero,
	[RST_CAUSE_DISCONNECT] = say_disconnect,
	[RST_CAUSE_UNACCEPTED_CONNECTIONS] = say_unaccepted,
	[RST_CAUSE_LINGER2_NEGATIVE] = say_linger2,
	[RST_CAUSE_DATA_AFTER_CLOSE] = say_data_after_close,
	[RST_CAUSE_REFUSED] = say_refused,
	[RST_CAUSE_PEER_GONE] = say_peer_gone,
	[RST_CAUSE_KEEPALIVE_TIMEOUT] = say_keepalive,
};

/* " (unread-data, certain). Read to end of file before closing." */
static void say_verdict(struct rst_text *t, const struct rst_event *e)
{
	if (e->cause == RST_CAUSE_NONE) {
		rst_text_char(t, '.');
		return;
	}
	rst_text_str(t, " (");
	rst_text_str(t, rst_cause_slug(e->cause));
	if (e->certainty != RST_CERTAINTY_NONE) {
		rst_text_str(t, ", ");
		rst_text_str(t, rst_certainty_name(e->certainty));
	}
	rst_text_str(t, "). ");
	rst_text_str(t, rst_cause_advice(e->cause));
}

/* Who might keep the socket open past this close; kernel.md 3.14. */
static void say_holder(struct rst_text *t, const struct rst_event *e)
{
	switch (e->facts.holder) {
	case RST_HOLDER_NONE: break;
	case RST_HOLDER_FEARED:
		rst_text_str(t, ", unless another process holds the socket");
		break;
	case RST_HOLDER_FD:
		rst_text_str(t, ", once the other descriptor is closed");
		break;
	case RST_HOLDER_PROCESS:
		rst_text_str(t, ", once process ");
		rst_text_i64(t, e->facts.holder_pid);
		rst_text_str(t, " closes it too");
		break;
	case RST_HOLDER_THREAD:
		rst_text_str(t, ", once thread ");
		rst_text_i64(t, e->facts.holder_pid);
		rst_text_str(t, " leaves its call on it");
		break;
	}
}

/* Text and binary are the usual, and tell nothing. */
static bool is_telling(const char *kind)
{
	return is_text(kind) && strcmp(kind, "text") != 0 &&
	       strcmp(kind, "binary") != 0;
}

/* Behind the sentence, which stays as the contract has it. */
static void say_kind(struct rst_text *t, const struct rst_event *e)
{
	if (!is_telling(e->unread_kind))
		return;
	rst_text_str(t, " Unread: ");
	plain(t, e->unread_kind);
	rst_text_char(t, '.');
}

static void say_predicted(struct rst_text *t, const struct rst_event *e)
{
	rst_text_str(t, e->certainty == RST_POSSIBLE ? "may " : "will ");
	if (e->cause == RST_CAUSE_REFUSED)
		rst_text_str(t, "be refused: ");
	else if (e->sender == RST_SENDER_SELF)
		rst_text_str(t, "reset: ");
	else
		rst_text_str(t, "be reset: ");
	if ((unsigned)e->cause < RST_CAUSE_COUNT && evidence[e->cause])
		evidence[e->cause](t, e);
	else
		rst_text_str(t, "cause unknown");
	say_holder(t, e);
	say_verdict(t, e);
	say_kind(t, e);
}

/* ": last write of 4096 bytes 1.2 ms before, after the peer's FIN" */
static void say_last(struct rst_text *t, const struct rst_last *last)
{
	if (!is_text(last->call))
		return;
	rst_text_str(t, ": last ");
	plain(t, last->call);
	if (last->result > 0) {
		rst_text_str(t, " of ");
		count(t, (uint64_t)last->result, "byte");
	} else {
		rst_text_str(t, last->result ? " failed" : " returned 0");
	}
	rst_text_char(t, ' ');
	rst_text_duration(t, last->ago_ns);
	rst_text_str(t, " before");
	if (last->was_after_fin)
		rst_text_str(t, ", after the peer's FIN");
}

static void say_received(struct rst_text *t, const struct rst_event *e)
{
	const char *error = rst_errno_name(e->error);

	if (!strcmp(error, "ECONNREFUSED"))
		rst_text_str(t, "was refused");
	else if (!strcmp(error, "ETIMEDOUT"))
		rst_text_str(t, "timed out");
	else
		rst_text_str(t, "was reset");
	if (*error) {
		rst_text_str(t, " (");
		rst_text_str(t, error);
		rst_text_char(t, ')');
	}
	say_last(t, &e->last);
	say_verdict(t, e);
}

static void say_closed(struct rst_text *t, const struct rst_event *e)
{
	rst_text_str(t, "closed");
	if (has(e, RST_HAVE_BYTES)) {
		rst_text_str(t, ": ");
		count(t, e->facts.bytes_sent, "byte");
		rst_text_str(t, " sent, ");
		rst_text_u64(t, e->facts.bytes_received);
		rst_text_str(t, " received");
	}
	if (e->facts.holder == RST_HOLDER_FD ||
	    e->facts.holder == RST_HOLDER_PROCESS) {
		rst_text_str(t, e->facts.holder == RST_HOLDER_FD
					? "; nothing happens yet: descriptor "
					: "; nothing happens yet: process ");
		rst_text_i64(t, e->facts.holder_pid);
		rst_text_str(t, " holds the socket too");
	}
	rst_text_char(t, '.');
}

static void say_ended(struct rst_text *t, const struct rst_event *e)
{
	/* By itself it ends by exit(); this is a filter of system calls. */
	if (is_text(e->call) && strcmp(e->call, "prctl") == 0)
		rst_text_str(t, "installs a system call filter, which ends "
				"the watching");
	else
		rst_text_str(t, "ended");
	if (e->lost) {
		rst_text_str(t, ", ");
		count(t, e->lost, "record");
		rst_text_str(t, " lost");
	}
	rst_text_char(t, '.');
}

static void say_event(struct rst_text *t, const struct rst_event *e)
{
	switch (e->action) {
	case RST_PROCESS_STARTED: rst_text_str(t, "started."); break;
	case RST_CONNECTION_OPENED: rst_text_str(t, "opened."); break;
	case RST_RESET_PREDICTED: say_predicted(t, e); break;
	case RST_RESET_RECEIVED: say_received(t, e); break;
	case RST_CONNECTION_CLOSED: say_closed(t, e); break;
	case RST_PROCESS_ENDED: say_ended(t, e); break;
	case RST_ACTION_COUNT: break;
	}
}

void rst_record_message(struct rst_text *t, const struct rst_event *e)
{
	plain(t, is_text(e->process_name) ? e->process_name : "?");
	rst_text_char(t, '[');
	rst_text_i64(t, e->pid);
	rst_text_str(t, "]: ");
	say_call(t, e);
	say_flow(t, e);
	say_event(t, e);
	if (e->suppressed) {
		rst_text_char(t, ' ');
		count(t, e->suppressed, "line");
		rst_text_str(t, " left out before (RSTWATCH_LIMIT).");
	}
}

void rst_record_line(struct rst_text *t, const struct rst_event *e)
{
	rst_text_str(t, "rstwatch: ");
	rst_record_message(t, e);
	rst_text_char(t, '\n');
}
