/* SPDX-License-Identifier: MIT */
/* test_correlate.c - resets find their records, and only theirs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "analysis_packets.h"
#include "evidence.h"
#include "packets.h"
#include "talk.h"

enum { LOG, CAPTURE, OTHER_LOG, INPUTS, EVENTS_MAX = 16 };

static const uint64_t MS = 1000000, S = 1000000000;

static struct input inputs[INPUTS];
static struct report report;
static struct packets packets;
static struct log_event events[EVENTS_MAX];
static size_t event_count;
static struct talk t;

static int fresh(void **state)
{
	(void)state;
	t = talk_new();
	event_count = 0;
	memset(inputs, 0, sizeof(inputs));
	inputs[LOG].is_log = inputs[OTHER_LOG].is_log = true;
	report = (struct report){.inputs = inputs, .input_count = INPUTS};
	packets = (struct packets){
		.flows = flows_new(64),
		.room = strings_new(),
		.report = &report,
	};
	return packets.flows && packets.room ? 0 : -1;
}

static int done(void **state)
{
	(void)state;
	flows_free(packets.flows);
	strings_free(packets.room);
	correlation_free(packets.correlation);
	free(report.findings);
	return 0;
}

/* A record that the program at end `who` made just now. */
static struct log_event *record(enum rst_action action, int who,
				enum rst_cause cause)
{
	struct log_event *e = &events[event_count++];

	*e = (struct log_event){
		.action = action,
		.log = LOG,
		.line = event_count,
		.ts_ns = t.now_ns,
		.pid = 42 + who,
		.process = who == CLIENT ? "client" : "server",
		.call = "close",
		.fd = 5,
		.cause = cause,
		.certainty = RST_CERTAIN,
		.sender = rst_cause_sender(cause),
		.local = t.end[who],
		.peer = t.end[!who],
	};
	return e;
}

static struct log_event *predict(int who, enum rst_cause cause)
{
	return record(RST_RESET_PREDICTED, who, cause);
}

static void with_bytes(struct log_event *e, uint64_t sent, uint64_t received)
{
	e->have |= RST_HAVE_BYTES;
	e->bytes_sent = sent;
	e->bytes_received = received;
}

/*
 * The packets are kept until all records are there, since logs are read first:
 * which connections a capture holds, is asked by what the logs tell.
 */
static struct segment wire[64];
static size_t wire_count;

static struct segment put(struct segment s)
{
	wire[wire_count++] = s;
	return s;
}

static struct segment say(int who, uint8_t flags, uint32_t len)
{
	return put(talk_say(&t, who, flags, len));
}

static void handshake(void)
{
	say(CLIENT, SEG_SYN, 0);
	say(SERVER, SEG_SYN | SEG_ACK, 0);
	say(CLIENT, SEG_ACK, 0);
}

static void request(void)
{
	handshake();
	say(CLIENT, SEG_PSH | SEG_ACK, 27);
	say(SERVER, SEG_PSH | SEG_ACK, 14);
}

static void run(void)
{
	packets.correlation = correlation_new(events, event_count);
	assert_non_null(packets.correlation);
	for (size_t i = 0; i < wire_count; i++) {
		struct bytes b;
		struct packet p;

		bytes_begin(&b);
		bytes_tcp(&b, &wire[i]);
		bytes_ip(&b, &wire[i], 6);
		p = bytes_packet(&b, 101);
		p.ts_ns = wire[i].ts_ns;
		p.frame = i + 1;
		packets_take(&packets, &inputs[CAPTURE], CAPTURE, &p);
	}
	packets_flush(&packets);
	wire_count = 0;
	assert_int_equal(correlation_run(packets.correlation, &report), 0);
}

static const struct finding *only(void)
{
	assert_int_equal(report.finding_count, 1);
	return &report.findings[0];
}

static bool has(const struct finding *f, enum evidence_kind kind)
{
	for (unsigned i = 0; i < f->evidence_len; i++)
		if (f->evidence[i].kind == kind)
			return true;
	return false;
}

static void an_abort_gets_the_cause_that_the_log_foretold(void **state)
{
	(void)state;
	request();
	with_bytes(predict(SERVER, RST_CAUSE_UNREAD_DATA), 14, 27);
	put(talk_abort(&t, SERVER));
	run();
	assert_int_equal(only()->cause, RST_CAUSE_UNREAD_DATA);
	assert_int_equal(only()->verdict, VERDICT_PREDICTED);
	assert_int_equal(only()->certainty, RST_CERTAIN);
	assert_ptr_equal(only()->event, &events[0]);
	assert_int_equal(only()->lead_ns, 100000);
	assert_true(has(only(), EVIDENCE_PLACE));
	assert_int_equal(only()->ladder_len, 6);
	assert_int_equal(only()->ladder[5].seq, 15);
}

static void a_prediction_of_the_other_side_is_not_taken(void **state)
{
	(void)state;
	request();
	predict(CLIENT, RST_CAUSE_UNREAD_DATA);
	put(talk_abort(&t, SERVER));
	say(CLIENT, SEG_ACK, 0);
	run();
	assert_int_equal(report.finding_count, 2);
	assert_int_equal(report.findings[0].kind, FINDING_PREDICTION);
	assert_int_equal(report.findings[0].unmatched, UNMATCHED_NO_RESET_SEEN);
	assert_int_equal(report.findings[1].cause, RST_CAUSE_ABORT);
	assert_int_equal(report.findings[1].verdict, VERDICT_EXPLAINED);
}

static void an_answer_is_no_abort_that_was_foretold(void **state)
{
	struct segment data;

	(void)state;
	request();
	say(SERVER, SEG_FIN | SEG_ACK, 0);
	data = say(CLIENT, SEG_PSH | SEG_ACK, 5);
	predict(SERVER, RST_CAUSE_LINGER_ZERO);
	put(talk_deny(&t, SERVER, &data));
	run();
	assert_int_equal(report.finding_count, 2);
	assert_int_equal(report.findings[1].cause, RST_CAUSE_DATA_AFTER_CLOSE);
	assert_null(report.findings[1].event);
}

static void what_makes_the_peer_reset_is_tied_to_its_answer(void **state)
{
	struct segment data;

	(void)state;
	request();
	say(CLIENT, SEG_FIN | SEG_ACK, 0);
	with_bytes(predict(SERVER, RST_CAUSE_DATA_AFTER_CLOSE), 14, 27);
	data = say(SERVER, SEG_PSH | SEG_ACK, 5);
	put(talk_deny(&t, CLIENT, &data));
	run();
	assert_int_equal(only()->verdict, VERDICT_PREDICTED);
	assert_int_equal(only()->lead_ns, 200000);
	assert_true(has(only(), EVIDENCE_PLACE));
}

static void a_prediction_after_the_reset_is_not_its_own(void **state)
{
	(void)state;
	request();
	put(talk_abort(&t, SERVER));
	talk_wait(&t, 0.1);
	predict(SERVER, RST_CAUSE_UNREAD_DATA);
	say(CLIENT, SEG_ACK, 0);
	run();
	assert_int_equal(report.findings[0].cause, RST_CAUSE_ABORT);
	assert_null(report.findings[0].event);
}

static void a_prediction_long_before_is_not_its_own(void **state)
{
	(void)state;
	request();
	predict(SERVER, RST_CAUSE_UNREAD_DATA);
	talk_wait(&t, 30);
	put(talk_abort(&t, SERVER));
	run();
	assert_int_equal(report.finding_count, 2);
	assert_null(report.findings[1].event);
}

/* Two connections on the same ports, within the same second. */
static void bytes_tell_reused_ports_apart(void **state)
{
	(void)state;
	request();
	with_bytes(predict(SERVER, RST_CAUSE_UNREAD_DATA), 14, 27);
	events[0].ts_ns -= 150 * MS; /* made late, told early */
	t.next[CLIENT] += 100000;
	t.next[SERVER] += 100000;
	handshake();
	say(SERVER, SEG_PSH | SEG_ACK, 99);
	with_bytes(predict(SERVER, RST_CAUSE_LINGER_ZERO), 99, 0);
	events[1].ts_ns -= 150 * MS;
	for (uint64_t i = 0; i < 2; i++) {
		events[i].have |= RST_HAVE_COOKIE;
		events[i].cookie = i;
	}
	put(talk_abort(&t, SERVER));
	run();
	assert_int_equal(report.finding_count, 2);
	assert_int_equal(report.findings[1].kind, FINDING_RESET);
	assert_int_equal(report.findings[1].cause, RST_CAUSE_LINGER_ZERO);
}

static void bytes_count_modulo_the_sequence_space(void **state)
{
	(void)state;
	t.next[SERVER] = UINT32_MAX - 3;
	request();
	with_bytes(predict(SERVER, RST_CAUSE_UNREAD_DATA), 14 + (7ull << 32),
		   27);
	put(talk_abort(&t, SERVER));
	run();
	assert_true(has(only(), EVIDENCE_PLACE));
}

static void a_closed_listener_explains_as_many_as_it_had(void **state)
{
	struct rst_addr listener = t.end[SERVER];
	struct log_event *e;

	(void)state;
	for (int i = 0; i < 3; i++) {
		t.end[CLIENT].port++;
		handshake();
	}
	e = predict(SERVER, RST_CAUSE_UNACCEPTED_CONNECTIONS);
	memset(listener.ip, 0, sizeof(listener.ip)); /* 0.0.0.0 */
	e->local = listener;
	e->peer = (struct rst_addr){0};
	e->have |= RST_HAVE_UNACCEPTED;
	e->unaccepted = 2;
	for (int i = 0; i < 3; i++) {
		put(talk_abort(&t, SERVER));
		t.end[CLIENT].port--;
	}
	run();
	assert_int_equal(report.finding_count, 3);
	for (int i = 0; i < 3; i++) {
		const struct finding *f = &report.findings[i];

		assert_int_equal(f->cause,
				 i < 2 ? RST_CAUSE_UNACCEPTED_CONNECTIONS
				       : RST_CAUSE_ABORT);
	}
}

static void a_connection_with_data_was_accepted(void **state)
{
	struct log_event *e;

	(void)state;
	request();
	e = predict(SERVER, RST_CAUSE_UNACCEPTED_CONNECTIONS);
	e->peer = (struct rst_addr){0};
	put(talk_abort(&t, SERVER));
	run();
	assert_int_equal(report.findings[1].cause, RST_CAUSE_ABORT);
}

static void a_refusal_is_found_without_the_own_port(void **state)
{
	struct log_event *e = predict(CLIENT, RST_CAUSE_REFUSED);
	struct segment syn;

	(void)state;
	e->local = (struct rst_addr){.family = 4};
	syn = say(CLIENT, SEG_SYN, 0);
	put(talk_deny(&t, SERVER, &syn));
	e = record(RST_RESET_RECEIVED, CLIENT, RST_CAUSE_REFUSED);
	memset(e->local.ip, 0, sizeof(e->local.ip)); /* the port remains */
	run();
	assert_ptr_equal(only()->event, &events[0]);
	assert_ptr_equal(only()->received, &events[1]);
	assert_int_equal(only()->verdict, VERDICT_PREDICTED);
}

static void a_clock_that_is_an_hour_behind_is_corrected(void **state)
{
	(void)state;
	request();
	with_bytes(predict(SERVER, RST_CAUSE_UNREAD_DATA), 14, 27);
	events[0].ts_ns -= 3600 * S;
	put(talk_abort(&t, SERVER));
	run();
	assert_int_equal(only()->cause, RST_CAUSE_UNREAD_DATA);
	assert_true(inputs[LOG].has_clock_offset);
	assert_in_range(inputs[LOG].clock_offset_ns, 3600 * S, 3600 * S + MS);
	assert_int_equal(only()->lead_ns, 0);
}

static void one_pair_alone_corrects_no_clock_of_the_same_time(void **state)
{
	(void)state;
	request();
	with_bytes(predict(SERVER, RST_CAUSE_UNREAD_DATA), 14, 27);
	talk_wait(&t, 1800);
	t.next[CLIENT] += 100000;
	t.next[SERVER] += 100000;
	request(); /* the same ports, and the same bytes again */
	put(talk_abort(&t, SERVER));
	run();
	assert_false(inputs[LOG].has_clock_offset);
	assert_int_equal(report.findings[1].cause, RST_CAUSE_ABORT);
}

static void the_same_clock_is_left_alone(void **state)
{
	(void)state;
	request();
	with_bytes(predict(SERVER, RST_CAUSE_UNREAD_DATA), 14, 27);
	put(talk_abort(&t, SERVER));
	run();
	assert_false(inputs[LOG].has_clock_offset);
}

static void a_prediction_without_a_capture_is_told(void **state)
{
	(void)state;
	predict(SERVER, RST_CAUSE_UNREAD_DATA);
	run();
	assert_int_equal(only()->kind, FINDING_PREDICTION);
	assert_int_equal(only()->unmatched, UNMATCHED_NOT_CAPTURED);
	assert_int_equal(only()->source.port, 80);
}

static void a_capture_that_had_ended_before_shows_nothing(void **state)
{
	(void)state;
	request();
	talk_wait(&t, 1);
	predict(SERVER, RST_CAUSE_UNREAD_DATA);
	run();
	assert_int_equal(only()->unmatched, UNMATCHED_NOT_CAPTURED);
}

static void one_reset_covers_all_predictions_of_its_connection(void **state)
{
	struct segment data;

	(void)state;
	request();
	say(CLIENT, SEG_FIN | SEG_ACK, 0);
	with_bytes(predict(SERVER, RST_CAUSE_DATA_AFTER_CLOSE), 14, 27);
	data = say(SERVER, SEG_PSH | SEG_ACK, 5);
	with_bytes(predict(SERVER, RST_CAUSE_DATA_AFTER_CLOSE), 19, 27);
	say(SERVER, SEG_PSH | SEG_ACK, 5);
	put(talk_deny(&t, CLIENT, &data));
	run();
	assert_ptr_equal(only()->event, &events[0]);
}

static void an_echo_shares_the_story(void **state)
{
	struct segment data;

	(void)state;
	request();
	data = say(CLIENT, SEG_PSH | SEG_ACK, 5);
	predict(SERVER, RST_CAUSE_LINGER_ZERO);
	put(talk_abort(&t, SERVER));
	put(talk_deny(&t, SERVER, &data));
	run();
	assert_int_equal(report.finding_count, 2);
	assert_int_equal(report.findings[1].echo_of.number,
			 report.findings[0].frame.number);
	assert_int_equal(report.findings[1].cause, RST_CAUSE_LINGER_ZERO);
	assert_ptr_equal(report.findings[1].event, &events[0]);
	assert_int_equal(report.findings[1].lead_ns, 200000);
}

static void a_record_afterwards_explains(void **state)
{
	struct segment data;

	(void)state;
	request();
	data = say(CLIENT, SEG_PSH | SEG_ACK, 5);
	put(talk_deny(&t, SERVER, &data));
	talk_wait(&t, 3);
	record(RST_RESET_RECEIVED, CLIENT, RST_CAUSE_DATA_AFTER_CLOSE)->error =
		"EPIPE";
	run();
	assert_int_equal(only()->verdict, VERDICT_EXPLAINED);
	assert_int_equal(only()->cause, RST_CAUSE_DATA_AFTER_CLOSE);
	assert_int_equal(only()->certainty, RST_LIKELY);
	assert_ptr_equal(only()->event, &events[0]);
}

static void a_record_afterwards_never_names_an_abort(void **state)
{
	(void)state;
	request();
	put(talk_abort(&t, SERVER));
	record(RST_RESET_RECEIVED, CLIENT, RST_CAUSE_PEER_GONE);
	run();
	assert_int_equal(only()->cause, RST_CAUSE_ABORT);
	assert_ptr_equal(only()->received, &events[0]);
}

static void both_ends_tell_their_side(void **state)
{
	(void)state;
	request();
	predict(SERVER, RST_CAUSE_UNREAD_DATA);
	put(talk_abort(&t, SERVER));
	record(RST_RESET_RECEIVED, CLIENT, RST_CAUSE_NONE)->log = OTHER_LOG;
	run();
	assert_ptr_equal(only()->event, &events[0]);
	assert_ptr_equal(only()->received, &events[1]);
	assert_int_equal(only()->received_ns, 0);
}

static void a_received_reset_without_a_capture_is_told_once(void **state)
{
	(void)state;
	predict(CLIENT, RST_CAUSE_DATA_AFTER_CLOSE);
	record(RST_RESET_RECEIVED, CLIENT, RST_CAUSE_DATA_AFTER_CLOSE);
	run();
	assert_int_equal(only()->kind, FINDING_PREDICTION);
}

static void findings_come_in_the_order_of_time(void **state)
{
	(void)state;
	request();
	put(talk_abort(&t, SERVER));
	t.end[CLIENT].port++;
	predict(SERVER, RST_CAUSE_UNREAD_DATA);
	events[0].ts_ns -= S;
	run();
	assert_int_equal(report.findings[0].kind, FINDING_PREDICTION);
	assert_int_equal(report.findings[1].kind, FINDING_RESET);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fresh, done)
	const struct CMUnitTest tests[] = {
		TEST(an_abort_gets_the_cause_that_the_log_foretold),
		TEST(a_prediction_of_the_other_side_is_not_taken),
		TEST(an_answer_is_no_abort_that_was_foretold),
		TEST(what_makes_the_peer_reset_is_tied_to_its_answer),
		TEST(a_prediction_after_the_reset_is_not_its_own),
		TEST(a_prediction_long_before_is_not_its_own),
		TEST(bytes_tell_reused_ports_apart),
		TEST(bytes_count_modulo_the_sequence_space),
		TEST(a_closed_listener_explains_as_many_as_it_had),
		TEST(a_connection_with_data_was_accepted),
		TEST(a_refusal_is_found_without_the_own_port),
		TEST(a_clock_that_is_an_hour_behind_is_corrected),
		TEST(one_pair_alone_corrects_no_clock_of_the_same_time),
		TEST(the_same_clock_is_left_alone),
		TEST(a_prediction_without_a_capture_is_told),
		TEST(a_capture_that_had_ended_before_shows_nothing),
		TEST(one_reset_covers_all_predictions_of_its_connection),
		TEST(an_echo_shares_the_story),
		TEST(a_record_afterwards_explains),
		TEST(a_record_afterwards_never_names_an_abort),
		TEST(both_ends_tell_their_side),
		TEST(a_received_reset_without_a_capture_is_told_once),
		TEST(findings_come_in_the_order_of_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
