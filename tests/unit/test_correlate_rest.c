/* SPDX-License-Identifier: MIT */
/* test_correlate_rest.c - clocks that differ, both ends, and what stays without
 * a pair. */
#include "correlate_case.h"

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

static void of_a_prediction_alone_what_was_unread_is_told(void **state)
{
	struct log_event *e = predict(SERVER, RST_CAUSE_UNREAD_DATA);

	(void)state;
	e->have = RST_HAVE_UNREAD;
	e->unread = 11;
	e->unread_kind = "text";
	run();
	assert_int_equal(only()->kind, FINDING_PREDICTION);
	assert_true(evidence_has(only(), EVIDENCE_FACTS));
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

/* What was put off, as by a thread that held the socket. */
static void where_there_is_one_clock_a_long_lead_is_one(void **state)
{
	(void)state;
	request();
	with_bytes(predict(SERVER, RST_CAUSE_UNREAD_DATA), 14, 27);
	events[0].ts_ns -= 3 * S;
	put(talk_abort(&t, SERVER));
	report.has_one_clock = true;
	run();
	assert_int_equal(only()->cause, RST_CAUSE_UNREAD_DATA);
	assert_false(inputs[LOG].has_clock_offset);
	assert_in_range(only()->lead_ns, 3 * S, 3 * S + MS);
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

/* The SYN of the next connection on the ports is not in the capture. */
static void a_reset_with_other_numbers_follows_none_up(void **state)
{
	struct segment syn;

	(void)state;
	t.next[SERVER] = 3000000000;
	request();
	put(talk_abort(&t, SERVER));
	talk_wait(&t, 1);
	t.next[CLIENT] += 100000;
	syn = talk_say(&t, CLIENT, SEG_SYN, 0);
	put(talk_deny(&t, SERVER, &syn));
	run();
	assert_int_equal(report.finding_count, 2);
	assert_int_equal(report.findings[1].echo_of.number, 0);
	assert_int_equal(report.findings[1].cause, RST_CAUSE_UNEXPLAINED);
}

/* As the numbers of a damaged file may be; times a factor they overflow. */
static void a_record_of_another_century_foretells_nothing(void **state)
{
	(void)state;
	request();
	predict(SERVER, RST_CAUSE_UNREAD_DATA)->ts_ns += 1700000000 * S;
	put(talk_abort(&t, SERVER));
	run();
	assert_int_equal(report.findings[0].cause, RST_CAUSE_ABORT);
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

/* Each record then fits the other uses' resets as well. */
static void ports_used_anew_make_no_other_clock(void **state)
{
	enum { USES = 3, PORTS = 3 };

	(void)state;
	for (int i = 0; i < USES * PORTS; i++) {
		if (i % PORTS == 0)
			talk_wait(&t, 0.6);
		t.end[CLIENT].port = (uint16_t)(40000 + i % PORTS);
		t.next[CLIENT] += 100000;
		t.next[SERVER] += 100000;
		request();
		with_bytes(predict(SERVER, RST_CAUSE_UNREAD_DATA), 14, 27);
		put(talk_abort(&t, SERVER));
	}
	run();
	assert_false(inputs[LOG].has_clock_offset);
	for (int i = 0; i < USES * PORTS; i++)
		assert_ptr_equal(report.findings[i].event, &events[i]);
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

/* tcp_keepalive_timer(): the caller's own kernel sent the reset. */
static void a_timeout_that_the_log_tells_of_is_no_mere_abort(void **state)
{
	(void)state;
	request();
	talk_wait(&t, 2);
	put(talk_abort(&t, CLIENT));
	record(RST_RESET_RECEIVED, CLIENT, RST_CAUSE_KEEPALIVE_TIMEOUT)->error =
		"ETIMEDOUT";
	run();
	assert_int_equal(only()->verdict, VERDICT_EXPLAINED);
	assert_int_equal(only()->cause, RST_CAUSE_KEEPALIVE_TIMEOUT);
	assert_ptr_equal(only()->received, &events[0]);
}

static void a_timeout_is_no_reset_that_arrived(void **state)
{
	(void)state;
	request();
	put(talk_abort(&t, SERVER));
	talk_wait(&t, 0.1);
	record(RST_RESET_RECEIVED, CLIENT, RST_CAUSE_KEEPALIVE_TIMEOUT)->error =
		"ETIMEDOUT";
	run();
	assert_int_equal(report.finding_count, 2);
	assert_int_equal(report.findings[0].cause, RST_CAUSE_ABORT);
	assert_null(report.findings[0].received);
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
	const struct CMUnitTest tests[] = {
		TEST(a_refusal_is_found_without_the_own_port),
		TEST(of_a_prediction_alone_what_was_unread_is_told),
		TEST(a_clock_that_is_an_hour_behind_is_corrected),
		TEST(where_there_is_one_clock_a_long_lead_is_one),
		TEST(one_pair_alone_corrects_no_clock_of_the_same_time),
		TEST(a_reset_with_other_numbers_follows_none_up),
		TEST(a_record_of_another_century_foretells_nothing),
		TEST(the_same_clock_is_left_alone),
		TEST(ports_used_anew_make_no_other_clock),
		TEST(a_prediction_without_a_capture_is_told),
		TEST(a_capture_that_had_ended_before_shows_nothing),
		TEST(one_reset_covers_all_predictions_of_its_connection),
		TEST(an_echo_shares_the_story),
		TEST(a_record_afterwards_explains),
		TEST(a_timeout_that_the_log_tells_of_is_no_mere_abort),
		TEST(a_timeout_is_no_reset_that_arrived),
		TEST(a_record_afterwards_never_names_an_abort),
		TEST(both_ends_tell_their_side),
		TEST(a_received_reset_without_a_capture_is_told_once),
		TEST(findings_come_in_the_order_of_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
