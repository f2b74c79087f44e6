/* SPDX-License-Identifier: MIT */
/* test_correlate.c - resets find their records, and only theirs. */
#include "correlate_case.h"

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
	assert_true(evidence_has(only(), EVIDENCE_PLACE));
	assert_int_equal(only()->ladder_len, 6);
	assert_int_equal(only()->ladder[5].seq, 15);
}

static void a_record_that_names_no_cause_leaves_the_packets_word(void **state)
{
	(void)state;
	request();
	with_bytes(predict(SERVER, RST_CAUSE_NONE), 14, 27);
	put(talk_abort(&t, SERVER));
	run();
	assert_int_equal(only()->cause, RST_CAUSE_ABORT);
	assert_ptr_equal(only()->event, &events[0]);
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
	assert_true(evidence_has(only(), EVIDENCE_PLACE));
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
	assert_true(evidence_has(only(), EVIDENCE_PLACE));
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

static void of_many_refusals_each_finds_its_own(void **state)
{
	struct segment syn;

	(void)state;
	for (int i = 0; i < 300; i++) {
		predict(CLIENT, RST_CAUSE_REFUSED)->local =
			(struct rst_addr){.family = 4};
		if (i % 100 == 50) {
			t.end[CLIENT].port++;
			syn = say(CLIENT, SEG_SYN, 0);
			put(talk_deny(&t, SERVER, &syn));
		}
		talk_wait(&t, 0.02);
	}
	run();
	for (size_t i = 0, n = 0; i < report.finding_count; i++) {
		if (report.findings[i].kind != FINDING_RESET)
			continue;
		assert_ptr_equal(report.findings[i].event,
				 &events[50 + 100 * n++]);
	}
	assert_int_equal(report.finding_count, 300);
}

/* The next connect to the same port may be nearer than the own one. */
static void of_three_refusals_in_a_row_each_has_its_own_connect(void **state)
{
	struct segment syn;

	(void)state;
	for (int i = 0; i < 3; i++) {
		predict(CLIENT, RST_CAUSE_REFUSED)->local =
			(struct rst_addr){.family = 4};
		talk_wait(&t, 0.0003);
		t.end[CLIENT].port++;
		syn = say(CLIENT, SEG_SYN, 0);
		put(talk_deny(&t, SERVER, &syn));
		talk_wait(&t, 0.0001);
	}
	run();
	assert_int_equal(report.finding_count, 3);
	for (size_t i = 0; i < 3; i++) {
		assert_ptr_equal(report.findings[i].event, &events[i]);
		assert_true(report.findings[i].lead_ns > 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(of_three_refusals_in_a_row_each_has_its_own_connect),
		TEST(an_abort_gets_the_cause_that_the_log_foretold),
		TEST(a_record_that_names_no_cause_leaves_the_packets_word),
		TEST(a_prediction_of_the_other_side_is_not_taken),
		TEST(an_answer_is_no_abort_that_was_foretold),
		TEST(what_makes_the_peer_reset_is_tied_to_its_answer),
		TEST(a_prediction_after_the_reset_is_not_its_own),
		TEST(a_prediction_long_before_is_not_its_own),
		TEST(bytes_tell_reused_ports_apart),
		TEST(bytes_count_modulo_the_sequence_space),
		TEST(a_closed_listener_explains_as_many_as_it_had),
		TEST(a_connection_with_data_was_accepted),
		TEST(of_many_refusals_each_finds_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
