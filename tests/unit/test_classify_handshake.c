/* SPDX-License-Identifier: MIT */
/* test_classify_handshake.c - resets before there is a connection: refused,
 * half open, no room. */
#include "classify_case.h"

static void a_syn_that_is_answered_by_a_reset_was_refused(void **state)
{
	struct segment syn = say(CLIENT, SEG_SYN, 0);
	struct finding f = expect(talk_deny(&t, SERVER, &syn),
				  RST_CAUSE_REFUSED, RST_LIKELY, TRIGGER_SYN);

	(void)state;
	assert_int_equal(f.trigger_at.number, syn.frame);
	assert_int_equal(f.client, -1);
}

static void other_systems_refuse_with_window_and_number(void **state)
{
	struct segment syn = say(CLIENT, SEG_SYN, 0);
	struct segment reset = talk_deny(&t, SERVER, &syn);

	(void)state;
	reset.window = 8192;
	reset.seq = 77;
	expect(reset, RST_CAUSE_REFUSED, RST_LIKELY, TRIGGER_SYN);
}

static void a_reset_that_acknowledges_another_number_is_no_refusal(void **state)
{
	struct segment syn = say(CLIENT, SEG_SYN, 0);
	struct segment reset = talk_deny(&t, SERVER, &syn);

	(void)state;
	reset.ack += 5;
	expect(reset, RST_CAUSE_UNEXPLAINED, RST_CERTAINTY_NONE, TRIGGER_NONE);
}

static void nothing_is_refused_once_it_was_accepted(void **state)
{
	struct segment syn = say(CLIENT, SEG_SYN, 0);

	(void)state;
	say(SERVER, SEG_SYN | SEG_ACK, 0);
	assert_int_not_equal(classify(talk_deny(&t, SERVER, &syn), NULL).cause,
			     RST_CAUSE_REFUSED);
}

/* The capture has nothing that the server sent, but for the reset. */
static void an_abort_in_a_one_sided_capture_is_no_refusal(void **state)
{
	(void)state;
	say(CLIENT, SEG_SYN, 0);
	talk_say(&t, SERVER, SEG_SYN | SEG_ACK, 0);
	say(CLIENT, SEG_ACK, 0);
	say(CLIENT, SEG_PSH | SEG_ACK, 100);
	expect(talk_abort(&t, SERVER), RST_CAUSE_ABORT, RST_CERTAIN,
	       TRIGGER_NONE);
}

static void a_syn_in_fin_wait_2_is_not_refused(void **state)
{
	struct segment syn;

	(void)state;
	established();
	say(SERVER, SEG_FIN | SEG_ACK, 0);
	say(CLIENT, SEG_ACK, 0);
	t.next[CLIENT] += 100000;
	syn = say(CLIENT, SEG_SYN, 0);
	expect(talk_deny(&t, SERVER, &syn), RST_CAUSE_PEER_GONE, RST_LIKELY,
	       TRIGGER_SYN);
}

static void a_syn_ack_to_a_connect_given_up_is_a_bad_handshake(void **state)
{
	struct segment syn_ack;
	struct finding f;

	(void)state;
	say(CLIENT, SEG_SYN, 0);
	syn_ack = say(SERVER, SEG_SYN | SEG_ACK, 0);
	f = expect(talk_deny(&t, CLIENT, &syn_ack), RST_CAUSE_BAD_HANDSHAKE,
		   RST_CERTAIN, TRIGGER_ACK);
	assert_true(evidence_has(&f, EVIDENCE_SYN_ACK_UNWANTED));
}

static void a_half_open_peer_is_a_bad_handshake(void **state)
{
	struct segment ack;
	struct finding f;

	(void)state;
	say(CLIENT, SEG_SYN, 0);
	ack = talk_say(&t, SERVER, SEG_ACK, 0);
	ack.ack = 4000000000;
	add(ack);
	f = expect(talk_deny(&t, CLIENT, &ack), RST_CAUSE_BAD_HANDSHAKE,
		   RST_CERTAIN, TRIGGER_ACK);
	assert_true(evidence_has(&f, EVIDENCE_HALF_OPEN));
}

static void a_last_ack_with_a_wrong_number_is_a_bad_handshake(void **state)
{
	struct segment ack;

	(void)state;
	say(CLIENT, SEG_SYN, 0);
	say(SERVER, SEG_SYN | SEG_ACK, 0);
	ack = talk_say(&t, CLIENT, SEG_ACK, 0);
	ack.ack += 100000000;
	add(ack);
	expect(talk_deny(&t, SERVER, &ack), RST_CAUSE_BAD_HANDSHAKE,
	       RST_CERTAIN, TRIGGER_ACK);
}

static void a_last_ack_of_data_not_captured_is_no_bad_handshake(void **state)
{
	struct segment fin;

	(void)state;
	handshake();
	say(CLIENT, SEG_PSH | SEG_ACK, 100);
	talk_say(&t, SERVER, SEG_PSH | SEG_ACK, 200);
	fin = say(CLIENT, SEG_FIN | SEG_ACK, 0);
	expect(talk_deny(&t, SERVER, &fin), RST_CAUSE_UNEXPLAINED,
	       RST_CERTAINTY_NONE, TRIGGER_FIN);
}

/* No answer to a SYN has timestamps: what led to it wasn't captured. */
static void an_abort_after_nothing_but_a_syn_is_no_refusal(void **state)
{
	(void)state;
	say(CLIENT, SEG_SYN, 0);
	talk_say(&t, SERVER, SEG_SYN | SEG_ACK, 0);
	expect(talk_abort(&t, SERVER), RST_CAUSE_ABORT, RST_CERTAIN,
	       TRIGGER_NONE);
}

/* The SYN,ACK came one hop farther than the reset did. */
static void a_last_ack_that_a_router_rejects_is_an_injection(void **state)
{
	struct segment ack;
	struct finding f;

	(void)state;
	t.ttl[SERVER] = 63;
	handshake();
	ack = say(CLIENT, SEG_ACK, 0);
	f = expect(talk_deny(&t, SERVER, &ack), RST_CAUSE_INJECTED, RST_LIKELY,
		   TRIGGER_ACK);
	assert_true(evidence_has(&f, EVIDENCE_TTL));
}

static void a_right_last_ack_denied_is_a_full_backlog(void **state)
{
	struct segment ack;

	(void)state;
	say(CLIENT, SEG_SYN, 0);
	say(SERVER, SEG_SYN | SEG_ACK, 0);
	ack = say(CLIENT, SEG_ACK, 0);
	expect(talk_deny(&t, SERVER, &ack), RST_CAUSE_BACKLOG_OVERFLOW,
	       RST_LIKELY, TRIGGER_ACK);
}

/* Too late for that acknowledgment: what was answered, was not captured. */
static void a_right_last_ack_denied_late_is_no_full_backlog(void **state)
{
	struct segment ack;

	(void)state;
	handshake();
	ack = say(CLIENT, SEG_ACK, 0);
	talk_wait(&t, 0.5);
	expect(talk_deny(&t, SERVER, &ack), RST_CAUSE_UNEXPLAINED,
	       RST_CERTAINTY_NONE, TRIGGER_ACK);
}

/* The request goes out at the heels of the acknowledgment. */
static void a_denied_request_may_be_a_firewalls(void **state)
{
	struct segment data;
	struct finding f;

	(void)state;
	say(CLIENT, SEG_SYN, 0);
	talk_wait(&t, 0.1);
	say(SERVER, SEG_SYN | SEG_ACK, 0);
	say(CLIENT, SEG_ACK, 0);
	data = say(CLIENT, SEG_PSH | SEG_ACK, 10);
	talk_wait(&t, 0.1);
	f = expect(talk_deny(&t, SERVER, &data), RST_CAUSE_UNEXPLAINED,
		   RST_CERTAINTY_NONE, TRIGGER_DATA);
	assert_true(evidence_has(&f, EVIDENCE_LAST_ACK_OR_DATA));
}

static void a_request_with_the_last_ack_may_be_a_firewalls(void **state)
{
	struct segment data;

	(void)state;
	say(CLIENT, SEG_SYN, 0);
	say(SERVER, SEG_SYN | SEG_ACK, 0);
	data = say(CLIENT, SEG_PSH | SEG_ACK, 10);
	expect(talk_deny(&t, SERVER, &data), RST_CAUSE_UNEXPLAINED,
	       RST_CERTAINTY_NONE, TRIGGER_DATA);
}

static void a_reset_for_each_segment_is_a_full_backlog(void **state)
{
	struct segment ack, data;
	struct finding f, second;

	(void)state;
	say(CLIENT, SEG_SYN, 0);
	talk_wait(&t, 0.1);
	say(SERVER, SEG_SYN | SEG_ACK, 0);
	ack = say(CLIENT, SEG_ACK, 0);
	data = say(CLIENT, SEG_PSH | SEG_ACK, 10);
	talk_wait(&t, 0.1);
	f = classify(talk_deny(&t, SERVER, &ack), NULL);
	second = classify(talk_deny(&t, SERVER, &data), &f);
	assert_int_equal(f.cause, RST_CAUSE_BACKLOG_OVERFLOW);
	assert_int_equal(f.verdict, VERDICT_EXPLAINED);
	assert_int_equal(second.cause, RST_CAUSE_BACKLOG_OVERFLOW);
}

static void a_reset_for_each_of_two_data_segments_is_not(void **state)
{
	struct segment data;
	struct finding f;

	(void)state;
	say(CLIENT, SEG_SYN, 0);
	talk_wait(&t, 0.1);
	say(SERVER, SEG_SYN | SEG_ACK, 0);
	say(CLIENT, SEG_ACK, 0);
	say(CLIENT, SEG_PSH | SEG_ACK, 10);
	data = say(CLIENT, SEG_PSH | SEG_ACK, 10);
	talk_wait(&t, 0.1);
	f = classify(talk_deny(&t, SERVER, &data), NULL);
	classify(talk_deny(&t, SERVER, &data), &f);
	assert_int_equal(f.cause, RST_CAUSE_UNEXPLAINED);
}

static void data_denied_after_a_handshake_is_no_full_backlog(void **state)
{
	struct segment data;

	(void)state;
	handshake();
	talk_wait(&t, 0.5);
	data = say(CLIENT, SEG_PSH | SEG_ACK, 10);
	expect(talk_deny(&t, SERVER, &data), RST_CAUSE_UNEXPLAINED,
	       RST_CERTAINTY_NONE, TRIGGER_DATA);
}

static void a_listener_that_ignored_an_ack_before_is_gone(void **state)
{
	struct segment syn_ack, data;

	(void)state;
	say(CLIENT, SEG_SYN, 0);
	syn_ack = say(SERVER, SEG_SYN | SEG_ACK, 0);
	say(CLIENT, SEG_ACK, 0);
	syn_ack.ts_ns = t.now_ns += 1000000000;
	add(syn_ack);
	data = say(CLIENT, SEG_PSH | SEG_ACK, 4);
	expect(talk_deny(&t, SERVER, &data), RST_CAUSE_DATA_AFTER_CLOSE,
	       RST_LIKELY, TRIGGER_DATA);
}

/* The listener may be gone, or its queue full: the packets are the same. */
static void an_ack_to_a_repeated_syn_ack_tells_nothing(void **state)
{
	struct segment syn_ack, ack;

	(void)state;
	say(CLIENT, SEG_SYN, 0);
	syn_ack = say(SERVER, SEG_SYN | SEG_ACK, 0);
	say(CLIENT, SEG_ACK, 0);
	syn_ack.ts_ns = t.now_ns += 1000000000;
	add(syn_ack);
	ack = say(CLIENT, SEG_ACK, 0);
	expect(talk_deny(&t, SERVER, &ack), RST_CAUSE_UNEXPLAINED,
	       RST_CERTAINTY_NONE, TRIGGER_ACK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_syn_that_is_answered_by_a_reset_was_refused),
		TEST(other_systems_refuse_with_window_and_number),
		TEST(a_reset_that_acknowledges_another_number_is_no_refusal),
		TEST(nothing_is_refused_once_it_was_accepted),
		TEST(an_abort_in_a_one_sided_capture_is_no_refusal),
		TEST(a_syn_in_fin_wait_2_is_not_refused),
		TEST(a_syn_ack_to_a_connect_given_up_is_a_bad_handshake),
		TEST(a_half_open_peer_is_a_bad_handshake),
		TEST(a_last_ack_with_a_wrong_number_is_a_bad_handshake),
		TEST(a_last_ack_of_data_not_captured_is_no_bad_handshake),
		TEST(an_abort_after_nothing_but_a_syn_is_no_refusal),
		TEST(a_last_ack_that_a_router_rejects_is_an_injection),
		TEST(a_right_last_ack_denied_is_a_full_backlog),
		TEST(a_right_last_ack_denied_late_is_no_full_backlog),
		TEST(a_denied_request_may_be_a_firewalls),
		TEST(a_request_with_the_last_ack_may_be_a_firewalls),
		TEST(a_reset_for_each_segment_is_a_full_backlog),
		TEST(a_reset_for_each_of_two_data_segments_is_not),
		TEST(data_denied_after_a_handshake_is_no_full_backlog),
		TEST(a_listener_that_ignored_an_ack_before_is_gone),
		TEST(an_ack_to_a_repeated_syn_ack_tells_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
