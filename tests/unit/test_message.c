/* SPDX-License-Identifier: MIT */
/* test_message.c - the human line of each event, word by word. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "rstwatch/record.h"

#define FLOW "127.0.0.1:8080 -> 127.0.0.1:51234"

static struct rst_event event(enum rst_cause cause)
{
	return (struct rst_event){
		.action = RST_RESET_PREDICTED,
		.pid = 4242,
		.process_name = "server",
		.cause = cause,
		.certainty = RST_CERTAIN,
		.sender = rst_cause_sender(cause),
		.call = "close",
		.fd = 5,
		.facts = {.local = {{127, 0, 0, 1}, 8080, 4, 0},
			  .peer = {{127, 0, 0, 1}, 51234, 4, 0}},
	};
}

static const char *line_of(const struct rst_event *e)
{
	static char buf[2048];
	struct rst_text t = rst_text_on(buf, sizeof(buf) - 1);

	rst_record_line(&t, e);
	assert_false(t.cut);
	buf[t.len] = '\0';
	return buf;
}

static void expect(const struct rst_event *e, const char *middle)
{
	static const char start[] = "rstwatch: server[4242]: ";
	const char *line = line_of(e);
	size_t n = strlen(middle);

	assert_memory_equal(line, start, sizeof(start) - 1);
	line += sizeof(start) - 1;
	if (strncmp(line, middle, n))
		fail_msg("line is: %s", line);
	if (e->cause) {
		assert_memory_equal(line + n, " ", 1);
		line += n + 1;
		n = strlen(rst_cause_advice(e->cause));
		assert_memory_equal(line, rst_cause_advice(e->cause), n);
	}
	assert_string_equal(line + n, "\n");
}

static void unread_data_reads_as_in_the_contract(void **state)
{
	struct rst_event e = event(RST_CAUSE_UNREAD_DATA);

	(void)state;
	e.facts.have = RST_HAVE_UNREAD;
	e.facts.unread = 11;
	assert_string_equal(
		line_of(&e),
		"rstwatch: server[4242]: close(5) 127.0.0.1:8080 -> "
		"127.0.0.1:51234 will reset: 11 unread bytes (unread-data, "
		"certain). Read to end of file before closing.\n");
	e.facts.unread = 1;
	expect(&e, "close(5) " FLOW
		   " will reset: 1 unread byte (unread-data, certain).");
}

static void unread_data_says_the_other_direction_too(void **state)
{
	struct rst_event e = event(RST_CAUSE_UNREAD_DATA);

	(void)state;
	e.facts.have = RST_HAVE_UNREAD | RST_HAVE_UNACKED | RST_HAVE_UNSENT;
	e.facts.unread = 24;
	e.facts.unacked = 4096;
	e.facts.unsent = 96;
	e.certainty = RST_LIKELY;
	e.facts.holder = RST_HOLDER_PROCESS;
	e.facts.holder_pid = 77;
	expect(&e,
	       "close(5) " FLOW
	       " will reset: 24 unread bytes, 96 unsent bytes lost, 4000 "
	       "unacknowledged bytes perhaps lost, once process 77 closes it "
	       "too (unread-data, likely).");
}

static void what_is_unread_is_said_last(void **state)
{
	struct rst_event e = event(RST_CAUSE_UNREAD_DATA);
	const char *line;

	(void)state;
	e.facts.have = RST_HAVE_UNREAD;
	e.facts.unread = 24;
	e.unread_kind = "TLS alert close_notify";
	line = line_of(&e);
	assert_non_null(strstr(line,
			       "will reset: 24 unread bytes (unread-data, "
			       "certain). Read to end of file before "
			       "closing. Unread: TLS alert "
			       "close_notify.\n"));
	e.unread_kind = "text";
	assert_null(strstr(line_of(&e), "Unread:"));
}

static void linger_zero_says_what_is_lost(void **state)
{
	struct rst_event e = event(RST_CAUSE_LINGER_ZERO);

	(void)state;
	expect(&e, "close(5) " FLOW
		   " will reset: SO_LINGER is {on, 0} (linger-zero, certain).");
	e.facts.have = RST_HAVE_UNACKED | RST_HAVE_UNSENT;
	e.facts.unacked = 100;
	e.facts.unsent = 60;
	e.linger_set_by = "setsockopt";
	expect(&e, "close(5) " FLOW
		   " will reset: SO_LINGER is {on, 0}, set by setsockopt, 60 "
		   "unsent bytes lost, 40 unacknowledged bytes perhaps "
		   "lost (linger-zero, certain).");
}

static void disconnect_says_both_losses(void **state)
{
	struct rst_event e = event(RST_CAUSE_DISCONNECT);

	(void)state;
	e.call = "connect";
	e.facts.have = RST_HAVE_UNREAD | RST_HAVE_UNACKED;
	e.facts.unread = 3;
	e.facts.unacked = 4;
	expect(&e, "connect(5) " FLOW
		   " will reset: AF_UNSPEC aborts the connection, 3 unread "
		   "bytes lost, 4 unacknowledged bytes perhaps "
		   "lost (disconnect, certain).");
}

static void a_listener_counts_its_queue(void **state)
{
	struct rst_event e = event(RST_CAUSE_UNACCEPTED_CONNECTIONS);

	(void)state;
	e.facts.peer.family = 0;
	e.facts.have = RST_HAVE_UNACCEPTED;
	e.facts.unaccepted = 3;
	e.certainty = RST_LIKELY;
	expect(&e, "close(5) 127.0.0.1:8080 will reset: up to 3 connections "
		   "wait unaccepted (unaccepted-connections, likely).");
	e.facts.unaccepted = 1;
	e.facts.is_unaccepted_exact = true;
	expect(&e, "close(5) 127.0.0.1:8080 will reset: 1 connection waits "
		   "unaccepted (unaccepted-connections, likely).");
}

static void linger2_says_the_state(void **state)
{
	struct rst_event e = event(RST_CAUSE_LINGER2_NEGATIVE);

	(void)state;
	e.facts.have = RST_HAVE_STATE;
	e.facts.state = RST_FIN_WAIT2;
	expect(&e, "close(5) " FLOW
		   " will reset: TCP_LINGER2 is negative in FIN_WAIT2 "
		   "(linger2-negative, certain).");
}

static void data_after_close_says_how_that_is_known(void **state)
{
	struct rst_event e = event(RST_CAUSE_DATA_AFTER_CLOSE);
	struct rst_peer_socket *peer = &e.facts.peer_socket;

	(void)state;
	e.call = "write";
	e.certainty = RST_LIKELY;
	expect(&e,
	       "write(5) " FLOW " will be reset: the peer's FIN has arrived "
	       "(data-after-close, likely).");
	e.certainty = RST_CERTAIN;
	e.facts.have = RST_HAVE_PEER_SOCKET;
	peer->where = RST_PEER_GONE;
	expect(&e, "write(5) " FLOW
		   " will be reset: the peer closed and its socket is gone "
		   "(data-after-close, certain).");
	peer->where = RST_PEER_FOUND;
	peer->state = RST_FIN_WAIT1;
	peer->is_orphan = true;
	peer->unacked = 2800001;
	expect(&e, "write(5) " FLOW
		   " will be reset: the peer closed, its socket is in "
		   "FIN_WAIT1 with data for us still in flight "
		   "(data-after-close, certain).");
}

static void refused_names_only_where_to(void **state)
{
	struct rst_event e = event(RST_CAUSE_REFUSED);

	(void)state;
	e.call = "connect";
	e.fd = 3;
	e.facts.peer.port = 80;
	expect(&e, "connect(3) -> 127.0.0.1:80 will be refused: nobody "
		   "listens there (refused, certain).");
}

static void peer_gone_and_keepalive_say_why(void **state)
{
	struct rst_event e = event(RST_CAUSE_PEER_GONE);

	(void)state;
	expect(&e, "close(5) " FLOW
		   " will be reset: the peer no longer knows the connection "
		   "(peer-gone, certain).");
	e = event(RST_CAUSE_KEEPALIVE_TIMEOUT);
	e.certainty = RST_POSSIBLE;
	e.facts.have = RST_HAVE_TIMES;
	e.facts.last_ack_ms = 61000;
	expect(&e, "close(5) " FLOW " may reset: the peer is silent for 61 s "
		   "(keepalive-timeout, possible).");
}

static void who_may_hold_the_socket_is_said(void **state)
{
	struct rst_event e = event(RST_CAUSE_LINGER_ZERO);

	(void)state;
	e.facts.holder = RST_HOLDER_FEARED;
	expect(&e, "close(5) " FLOW
		   " will reset: SO_LINGER is {on, 0}, unless another process "
		   "holds the socket (linger-zero, certain).");
	e.facts.holder = RST_HOLDER_FD;
	expect(&e, "close(5) " FLOW
		   " will reset: SO_LINGER is {on, 0}, once the other "
		   "descriptor is closed (linger-zero, certain).");
	e.facts.holder = RST_HOLDER_THREAD;
	e.facts.holder_pid = 4243;
	e.certainty = RST_LIKELY;
	expect(&e, "close(5) " FLOW
		   " will reset: SO_LINGER is {on, 0}, once thread 4243 leaves "
		   "its call on it (linger-zero, likely).");
}

static void a_close_says_who_holds_the_socket_on(void **state)
{
	struct rst_event e = event(RST_CAUSE_NONE);

	(void)state;
	e.action = RST_CONNECTION_CLOSED;
	e.facts.holder = RST_HOLDER_FD;
	e.facts.holder_pid = 7;
	expect(&e, "close(5) " FLOW " closed; nothing happens yet: descriptor "
		   "7 holds the socket too.");
	e.facts.holder = RST_HOLDER_PROCESS;
	e.facts.holder_pid = 77;
	expect(&e, "close(5) " FLOW " closed; nothing happens yet: process 77 "
		   "holds the socket too.");
}

static void a_received_reset_says_what_came_before(void **state)
{
	struct rst_event e = event(RST_CAUSE_NONE);

	(void)state;
	e.action = RST_RESET_RECEIVED;
	e.call = "write";
	e.certainty = RST_CERTAINTY_NONE;
	e.error = ECONNRESET;
	e.last = (struct rst_last){"write", 4096, 1234567, true};
	expect(&e, "write(5) " FLOW
		   " was reset (ECONNRESET): last write of 4096 bytes 1.2 ms "
		   "before, after the peer's FIN.");
	e.last = (struct rst_last){"read", 0, 5000, false};
	e.error = EPIPE;
	expect(&e, "write(5) " FLOW
		   " was reset (EPIPE): last read returned 0 5.0 us before.");
	e.last = (struct rst_last){NULL, 0, 0, false};
	e.error = ECONNREFUSED;
	e.cause = RST_CAUSE_REFUSED;
	e.call = "connect";
	expect(&e, "connect(5) -> 127.0.0.1:51234 was refused (ECONNREFUSED) "
		   "(refused).");
}

static void life_events_are_short(void **state)
{
	struct rst_event e = event(RST_CAUSE_NONE);

	(void)state;
	e.action = RST_CONNECTION_OPENED;
	e.call = "accept";
	expect(&e, "accept(5) " FLOW " opened.");
	e.action = RST_CONNECTION_CLOSED;
	e.call = "close";
	e.facts.have = RST_HAVE_BYTES;
	e.facts.bytes_sent = 100;
	e.facts.bytes_received = 2;
	expect(&e, "close(5) " FLOW " closed: 100 bytes sent, 2 received.");
	e = (struct rst_event){.action = RST_PROCESS_STARTED,
			       .pid = 4242,
			       .process_name = "server",
			       .fd = -1};
	expect(&e, "started.");
	e.action = RST_PROCESS_ENDED;
	e.call = "exit";
	e.lost = 2;
	e.suppressed = 1;
	expect(&e, "exit ended, 2 records lost. 1 line left out before "
		   "(RSTWATCH_LIMIT).");
}

static void a_hostile_name_cannot_act_on_a_terminal(void **state)
{
	struct rst_event e = event(RST_CAUSE_LINGER_ZERO);
	const char *line;

	(void)state;
	e.process_name = "x\n\x1b]0;owned\x07\xe2\x80\xae\xff";
	line = line_of(&e);
	assert_non_null(strstr(line, "rstwatch: x\\x0a\\x1b]0;owned\\x07"
				     "\\xe2\\x80\\xae\\xff[4242]: "));
	for (const char *c = line; c[1]; c++)
		assert_true(*c >= ' ' && *c < 0x7f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unread_data_reads_as_in_the_contract),
		cmocka_unit_test(unread_data_says_the_other_direction_too),
		cmocka_unit_test(what_is_unread_is_said_last),
		cmocka_unit_test(linger_zero_says_what_is_lost),
		cmocka_unit_test(disconnect_says_both_losses),
		cmocka_unit_test(a_listener_counts_its_queue),
		cmocka_unit_test(linger2_says_the_state),
		cmocka_unit_test(data_after_close_says_how_that_is_known),
		cmocka_unit_test(refused_names_only_where_to),
		cmocka_unit_test(peer_gone_and_keepalive_say_why),
		cmocka_unit_test(who_may_hold_the_socket_is_said),
		cmocka_unit_test(a_close_says_who_holds_the_socket_on),
		cmocka_unit_test(a_received_reset_says_what_came_before),
		cmocka_unit_test(life_events_are_short),
		cmocka_unit_test(a_hostile_name_cannot_act_on_a_terminal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
