/* SPDX-License-Identifier: MIT */
/* test_classify_passive.c - resets that answer a segment: what was it, and why
 * denied. */
#include "classify_case.h"

static void data_after_a_fin_is_data_after_close(void **state)
{
	struct segment data;
	struct finding f;

	(void)state;
	closed_by_client();
	talk_wait(&t, 1);
	data = say(SERVER, SEG_PSH | SEG_ACK, 10);
	f = expect(talk_deny(&t, CLIENT, &data), RST_CAUSE_DATA_AFTER_CLOSE,
		   RST_CERTAIN, TRIGGER_DATA);
	assert_int_equal(f.trigger_at.number, data.frame);
	assert_true(evidence_has(&f, EVIDENCE_FIN_BEFORE));
	assert_false(evidence_has(&f, EVIDENCE_FIN_CROSSED));
}

static void data_that_crosses_a_fin_is_found_behind_it(void **state)
{
	struct segment data;
	struct finding f;

	(void)state;
	established();
	data = say(SERVER, SEG_PSH | SEG_ACK, 10);
	t.next[SERVER] -= 10; /* the client has not received it yet */
	say(CLIENT, SEG_FIN | SEG_ACK, 0);
	t.next[SERVER] += 10;
	f = expect(talk_deny(&t, CLIENT, &data), RST_CAUSE_DATA_AFTER_CLOSE,
		   RST_CERTAIN, TRIGGER_DATA);
	assert_int_equal(f.trigger_at.number, data.frame);
	assert_true(evidence_has(&f, EVIDENCE_FIN_CROSSED));
}

static void of_several_on_their_way_the_first_is_answered(void **state)
{
	struct segment data;
	struct finding first, second;

	(void)state;
	closed_by_client();
	data = say(SERVER, SEG_PSH | SEG_ACK, 10);
	say(SERVER, SEG_FIN | SEG_ACK, 0);
	first = expect(talk_deny(&t, CLIENT, &data), RST_CAUSE_DATA_AFTER_CLOSE,
		       RST_CERTAIN, TRIGGER_DATA);
	second = classify(talk_deny(&t, CLIENT, &data), &first);
	assert_int_equal(second.echo_of.number, first.frame.number);
	assert_int_equal(second.cause, RST_CAUSE_DATA_AFTER_CLOSE);
}

static void a_fin_to_a_forgotten_connection_is_peer_gone(void **state)
{
	struct segment fin;

	(void)state;
	closed_by_client();
	talk_wait(&t, 61);
	fin = say(SERVER, SEG_FIN | SEG_ACK, 0);
	expect(talk_deny(&t, CLIENT, &fin), RST_CAUSE_PEER_GONE, RST_CERTAIN,
	       TRIGGER_FIN);
}

static void a_keepalive_probe_is_told_from_an_acknowledgment(void **state)
{
	struct segment probe;
	struct finding f;

	(void)state;
	closed_by_client();
	talk_wait(&t, 75);
	probe = talk_probe(&t, SERVER);
	add(probe);
	f = expect(talk_deny(&t, CLIENT, &probe), RST_CAUSE_PEER_GONE,
		   RST_CERTAIN, TRIGGER_KEEPALIVE);
	assert_true(evidence_has(&f, EVIDENCE_IDLE_KNOWN));
}

static void a_probe_with_one_byte_is_no_data(void **state)
{
	struct segment probe;

	(void)state;
	closed_by_client();
	talk_wait(&t, 75);
	probe = talk_probe(&t, SERVER);
	probe.len = 1;
	add(probe);
	expect(talk_deny(&t, CLIENT, &probe), RST_CAUSE_PEER_GONE, RST_CERTAIN,
	       TRIGGER_KEEPALIVE);
}

static void one_byte_sent_again_is_data(void **state)
{
	struct segment data;

	(void)state;
	established();
	say(CLIENT, SEG_FIN | SEG_ACK, 0);
	data = say(SERVER, SEG_PSH | SEG_ACK, 1);
	talk_wait(&t, 3);
	data.ts_ns = t.now_ns;
	data.frame = ++t.frame;
	add(data);
	expect(talk_deny(&t, CLIENT, &data), RST_CAUSE_DATA_AFTER_CLOSE,
	       RST_CERTAIN, TRIGGER_DATA);
}

static void a_window_update_is_told_from_an_acknowledgment(void **state)
{
	struct segment update;

	(void)state;
	closed_by_client();
	talk_wait(&t, 70);
	t.window[SERVER] += 100;
	update = say(SERVER, SEG_ACK, 0);
	expect(talk_deny(&t, CLIENT, &update), RST_CAUSE_PEER_GONE, RST_CERTAIN,
	       TRIGGER_WINDOW_UPDATE);
}

static void an_acknowledgment_can_be_the_trigger(void **state)
{
	struct segment ack;

	(void)state;
	closed_by_client();
	talk_wait(&t, 70);
	ack = say(SERVER, SEG_ACK, 0);
	expect(talk_deny(&t, CLIENT, &ack), RST_CAUSE_PEER_GONE, RST_CERTAIN,
	       TRIGGER_ACK);
}

/* FreeBSD's servers do so, and what closes last keeps nothing. */
static void the_last_ack_of_a_connection_denied_is_no_linger2(void **state)
{
	struct segment ack;

	(void)state;
	established();
	say(SERVER, SEG_FIN | SEG_ACK, 0);
	say(CLIENT, SEG_ACK, 0);
	say(CLIENT, SEG_FIN | SEG_ACK, 0);
	ack = say(SERVER, SEG_ACK, 0);
	expect(talk_deny(&t, CLIENT, &ack), RST_CAUSE_PEER_GONE, RST_CERTAIN,
	       TRIGGER_ACK);
}

static void the_plain_ack_of_a_fin_denied_at_once_is_linger2(void **state)
{
	struct segment ack;

	(void)state;
	established();
	say(CLIENT, SEG_FIN | SEG_ACK, 0);
	ack = say(SERVER, SEG_ACK, 0);
	expect(talk_deny(&t, CLIENT, &ack), RST_CAUSE_LINGER2_NEGATIVE,
	       RST_LIKELY, TRIGGER_ACK);
}

static void the_plain_ack_of_a_fin_denied_late_was_not_answered(void **state)
{
	struct segment ack;
	struct finding f;

	(void)state;
	established();
	say(CLIENT, SEG_FIN | SEG_ACK, 0);
	ack = say(SERVER, SEG_ACK, 0);
	talk_wait(&t, 0.5);
	f = expect(talk_deny(&t, CLIENT, &ack), RST_CAUSE_UNEXPLAINED,
		   RST_CERTAINTY_NONE, TRIGGER_ACK);
	assert_true(evidence_has(&f, EVIDENCE_FIN_ACK_LATE));
}

static void a_plain_ack_of_a_fin_denied_elsewhere_is_an_injection(void **state)
{
	struct segment ack;

	(void)state;
	t.ttl[CLIENT] = 60;
	established();
	say(CLIENT, SEG_FIN | SEG_ACK, 0);
	ack = say(SERVER, SEG_ACK, 0);
	expect(talk_deny(&t, CLIENT, &ack), RST_CAUSE_INJECTED, RST_LIKELY,
	       TRIGGER_ACK);
}

/* shutdown(SHUT_WR): when it closed for good, no packet shows. */
static void who_took_data_after_its_fin_had_only_half_closed(void **state)
{
	struct segment data;
	struct finding f;

	(void)state;
	closed_by_client();
	say(SERVER, SEG_PSH | SEG_ACK, 10);
	say(CLIENT, SEG_ACK, 0);
	data = say(SERVER, SEG_PSH | SEG_ACK, 10);
	f = expect(talk_deny(&t, CLIENT, &data), RST_CAUSE_DATA_AFTER_CLOSE,
		   RST_LIKELY, TRIGGER_DATA);
	assert_true(evidence_has(&f, EVIDENCE_HALF_CLOSED));
}

/* A reset comes as soon as the segment that it answers. */
static void an_old_segment_is_not_answered(void **state)
{
	struct segment ack;

	(void)state;
	established();
	ack = say(CLIENT, SEG_ACK, 0);
	talk_wait(&t, 6);
	expect(talk_deny(&t, SERVER, &ack), RST_CAUSE_UNEXPLAINED,
	       RST_CERTAINTY_NONE, TRIGGER_NONE);
}

/* The handshake, with the scale, lies before the capture. */
static void a_window_of_unknown_scale_hides_no_fin(void **state)
{
	struct segment data;

	(void)state;
	t.window[CLIENT] = 63;
	say(SERVER, SEG_PSH | SEG_ACK, 200);
	say(CLIENT, SEG_ACK, 0);
	data = say(CLIENT, SEG_PSH | SEG_ACK, 2);
	expect(talk_deny(&t, SERVER, &data), RST_CAUSE_UNEXPLAINED,
	       RST_CERTAINTY_NONE, TRIGGER_DATA);
}

static void a_stray_segment_without_ack_is_peer_gone(void **state)
{
	struct segment fin = say(CLIENT, SEG_FIN, 0);

	(void)state;
	expect(talk_deny(&t, SERVER, &fin), RST_CAUSE_PEER_GONE, RST_LIKELY,
	       TRIGGER_FIN);
}

static void data_to_a_peer_never_seen_is_likely_after_close(void **state)
{
	struct segment data = say(CLIENT, SEG_PSH | SEG_ACK, 10);

	(void)state;
	expect(talk_deny(&t, SERVER, &data), RST_CAUSE_DATA_AFTER_CLOSE,
	       RST_LIKELY, TRIGGER_DATA);
}

static void a_denial_by_a_peer_that_was_just_alive_is_unexplained(void **state)
{
	struct segment data;
	struct finding f;

	(void)state;
	established();
	data = say(CLIENT, SEG_PSH | SEG_ACK, 10);
	f = expect(talk_deny(&t, SERVER, &data), RST_CAUSE_UNEXPLAINED,
		   RST_CERTAINTY_NONE, TRIGGER_DATA);
	assert_true(evidence_has(&f, EVIDENCE_ALIVE_BEFORE));
}

static void a_peer_that_was_long_silent_has_lost_the_connection(void **state)
{
	struct segment data;
	struct finding f;

	(void)state;
	established();
	talk_wait(&t, 350);
	data = say(CLIENT, SEG_PSH | SEG_ACK, 10);
	f = expect(talk_deny(&t, SERVER, &data), RST_CAUSE_DATA_AFTER_CLOSE,
		   RST_LIKELY, TRIGGER_DATA);
	assert_true(evidence_has(&f, EVIDENCE_SILENT_BEFORE));
	assert_true(evidence_has(&f, EVIDENCE_IDLE_KNOWN));
}

static void a_fin_stuck_behind_a_full_window_was_a_close(void **state)
{
	struct segment data;
	struct finding f;

	(void)state;
	established();
	say(SERVER, SEG_ACK, 502 << 7);
	t.window[CLIENT] = 0;
	say(CLIENT, SEG_ACK, 0);
	t.window[CLIENT] = 16;
	say(SERVER, SEG_ACK, 16 << 7);
	t.next[SERVER] -= 16 << 7; /* not acknowledged by the next one */
	data = say(CLIENT, SEG_PSH | SEG_ACK, 2);
	f = expect(talk_deny(&t, SERVER, &data), RST_CAUSE_DATA_AFTER_CLOSE,
		   RST_LIKELY, TRIGGER_DATA);
	assert_true(evidence_has(&f, EVIDENCE_WINDOW_FULL));
}

static void a_window_too_small_for_a_segment_may_hide_a_fin(void **state)
{
	struct segment data;

	(void)state;
	t.has_timestamps = false;
	established();
	say(SERVER, SEG_ACK, 40000);
	t.window[CLIENT] = 15; /* of the 502 before, 1920 bytes */
	say(CLIENT, SEG_ACK, 0);
	data = say(CLIENT, SEG_PSH | SEG_ACK, 2);
	expect(talk_deny(&t, SERVER, &data), RST_CAUSE_DATA_AFTER_CLOSE,
	       RST_LIKELY, TRIGGER_DATA);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(data_after_a_fin_is_data_after_close),
		TEST(data_that_crosses_a_fin_is_found_behind_it),
		TEST(of_several_on_their_way_the_first_is_answered),
		TEST(a_fin_to_a_forgotten_connection_is_peer_gone),
		TEST(a_keepalive_probe_is_told_from_an_acknowledgment),
		TEST(a_probe_with_one_byte_is_no_data),
		TEST(one_byte_sent_again_is_data),
		TEST(a_window_update_is_told_from_an_acknowledgment),
		TEST(an_acknowledgment_can_be_the_trigger),
		TEST(the_last_ack_of_a_connection_denied_is_no_linger2),
		TEST(the_plain_ack_of_a_fin_denied_at_once_is_linger2),
		TEST(the_plain_ack_of_a_fin_denied_late_was_not_answered),
		TEST(a_plain_ack_of_a_fin_denied_elsewhere_is_an_injection),
		TEST(who_took_data_after_its_fin_had_only_half_closed),
		TEST(an_old_segment_is_not_answered),
		TEST(a_window_of_unknown_scale_hides_no_fin),
		TEST(a_stray_segment_without_ack_is_peer_gone),
		TEST(data_to_a_peer_never_seen_is_likely_after_close),
		TEST(a_denial_by_a_peer_that_was_just_alive_is_unexplained),
		TEST(a_peer_that_was_long_silent_has_lost_the_connection),
		TEST(a_fin_stuck_behind_a_full_window_was_a_close),
		TEST(a_window_too_small_for_a_segment_may_hide_a_fin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
