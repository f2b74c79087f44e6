/* SPDX-License-Identifier: MIT */
/* test_classify_active.c - resets made by a living socket, and what was at
 * stake. */
#include "classify_case.h"

static void an_active_reset_is_an_abort_with_what_was_at_stake(void **state)
{
	struct finding f;

	(void)state;
	established();
	say(SERVER, SEG_PSH | SEG_ACK, 30);
	say(CLIENT, SEG_PSH | SEG_ACK, 11);
	say(SERVER, SEG_PSH | SEG_ACK, 40);
	f = expect(talk_abort(&t, CLIENT), RST_CAUSE_ABORT, RST_CERTAIN,
		   TRIGGER_NONE);
	assert_true(evidence_has(&f, EVIDENCE_ACTIVE_TIMESTAMPS));
	assert_true(evidence_has(&f, EVIDENCE_RECEIVED_SINCE));
	assert_int_equal(f.evidence[1].kind, EVIDENCE_RECEIVED_SINCE);
	assert_int_equal(f.evidence[1].a, 40);
	assert_true(f.position.is_active);
}

static void an_abort_without_timestamps_is_known_by_its_window(void **state)
{
	struct finding f;

	(void)state;
	t.has_timestamps = false;
	established();
	f = expect(talk_abort(&t, SERVER), RST_CAUSE_ABORT, RST_CERTAIN,
		   TRIGGER_NONE);
	assert_true(evidence_has(&f, EVIDENCE_ACTIVE));
}

static void other_systems_abort_without_a_window(void **state)
{
	struct segment reset;

	(void)state;
	t.has_timestamps = false;
	established();
	reset = talk_abort(&t, SERVER);
	reset.window = 0;
	expect(reset, RST_CAUSE_ABORT, RST_LIKELY, TRIGGER_NONE);
}

static void other_systems_acknowledge_what_they_refuse(void **state)
{
	struct segment data, reset;

	(void)state;
	t.has_timestamps = false;
	established();
	say(SERVER, SEG_FIN | SEG_ACK, 0);
	say(CLIENT, SEG_ACK, 0);
	data = say(CLIENT, SEG_PSH | SEG_ACK, 10);
	reset = talk_abort(&t, SERVER);
	reset.window = 0;
	reset.seq = data.ack;
	reset.ack = segment_end(&data);
	expect(reset, RST_CAUSE_DATA_AFTER_CLOSE, RST_CERTAIN, TRIGGER_DATA);
}

static void bytes_of_the_resetting_side_in_flight_are_counted(void **state)
{
	struct finding f;

	(void)state;
	established();
	say(SERVER, SEG_PSH | SEG_ACK, 1000);
	f = expect(talk_abort(&t, SERVER), RST_CAUSE_ABORT, RST_CERTAIN,
		   TRIGGER_NONE);
	assert_int_equal(f.evidence[1].kind, EVIDENCE_SOURCE_UNACKED);
	assert_int_equal(f.evidence[1].a, 1000);
}

static void probes_without_answer_end_in_a_keepalive_timeout(void **state)
{
	(void)state;
	established();
	for (int i = 0; i < 3; i++) {
		talk_wait(&t, 10);
		add(talk_probe(&t, SERVER));
	}
	talk_wait(&t, 10);
	expect(talk_abort(&t, SERVER), RST_CAUSE_KEEPALIVE_TIMEOUT, RST_LIKELY,
	       TRIGGER_NONE);
}

static void an_abort_between_probes_is_an_abort(void **state)
{
	(void)state;
	established();
	for (int i = 0; i < 3; i++) {
		talk_wait(&t, 10);
		add(talk_probe(&t, SERVER));
	}
	talk_wait(&t, 3);
	expect(talk_abort(&t, SERVER), RST_CAUSE_ABORT, RST_CERTAIN,
	       TRIGGER_NONE);
}

static void an_abort_after_answered_probes_is_an_abort(void **state)
{
	(void)state;
	established();
	for (int i = 0; i < 3; i++) {
		talk_wait(&t, 10);
		add(talk_probe(&t, SERVER));
		say(CLIENT, SEG_ACK, 0);
	}
	talk_wait(&t, 10);
	expect(talk_abort(&t, SERVER), RST_CAUSE_ABORT, RST_CERTAIN,
	       TRIGGER_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_active_reset_is_an_abort_with_what_was_at_stake),
		TEST(an_abort_without_timestamps_is_known_by_its_window),
		TEST(other_systems_abort_without_a_window),
		TEST(other_systems_acknowledge_what_they_refuse),
		TEST(bytes_of_the_resetting_side_in_flight_are_counted),
		TEST(probes_without_answer_end_in_a_keepalive_timeout),
		TEST(an_abort_between_probes_is_an_abort),
		TEST(an_abort_after_answered_probes_is_an_abort),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
