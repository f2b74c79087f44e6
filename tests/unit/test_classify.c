/* SPDX-License-Identifier: MIT */
/* test_classify.c - the cause of a reset from packets alone, never wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "classify.h"
#include "evidence.h"
#include "talk.h"

static struct flows *flows;
static struct talk t;

static int fresh(void **state)
{
	(void)state;
	flows = flows_new(64);
	t = talk_new();
	return flows ? 0 : -1;
}

static int done(void **state)
{
	(void)state;
	flows_free(flows);
	return 0;
}

static void add(struct segment s)
{
	flows_prepare(flows, &s);
	flows_add(flows, &s);
}

static struct segment say(int who, uint8_t flags, uint32_t len)
{
	struct segment s = talk_say(&t, who, flags, len);

	add(s);
	return s;
}

static void handshake(void)
{
	say(CLIENT, SEG_SYN, 0);
	say(SERVER, SEG_SYN | SEG_ACK, 0);
	say(CLIENT, SEG_ACK, 0);
}

/* A connection on which a request and its answer went. */
static void established(void)
{
	handshake();
	say(CLIENT, SEG_PSH | SEG_ACK, 100);
	say(SERVER, SEG_PSH | SEG_ACK, 200);
	say(CLIENT, SEG_ACK, 0);
}

static void closed_by_client(void)
{
	established();
	say(CLIENT, SEG_FIN | SEG_ACK, 0);
	say(SERVER, SEG_ACK, 0);
}

static struct finding classify(struct segment reset,
			       const struct finding *first)
{
	struct past past[CLASSIFY_PAST + 1];
	struct flow_step step;
	struct finding f;
	size_t n;

	flows_prepare(flows, &reset);
	step = flows_add(flows, &reset);
	n = flows_past(flows, step.flow, past, CLASSIFY_PAST + 1);
	assert_false(step.is_copy);
	if (first)
		classify_echo(first, step.flow, step.dir, &reset, past + 1,
			      n - 1, &f);
	else
		classify_reset(step.flow, step.dir, &reset, past + 1, n - 1,
			       &f);
	return f;
}

static struct finding expect(struct segment reset, enum rst_cause cause,
			     enum rst_certainty certainty, enum trigger trigger)
{
	struct finding f = classify(reset, NULL);

	assert_string_equal(rst_cause_slug(f.cause), rst_cause_slug(cause));
	assert_int_equal(f.certainty, certainty);
	assert_string_equal(trigger_name(f.trigger), trigger_name(trigger));
	assert_int_equal(f.verdict, cause == RST_CAUSE_UNEXPLAINED
					    ? VERDICT_UNEXPLAINED
					    : VERDICT_EXPLAINED);
	return f;
}

static bool has(const struct finding *f, enum evidence_kind kind)
{
	for (unsigned i = 0; i < f->evidence_len; i++)
		if (f->evidence[i].kind == kind)
			return true;
	return false;
}

static void a_syn_that_is_answered_by_a_reset_was_refused(void **state)
{
	struct segment syn = say(CLIENT, SEG_SYN, 0);
	struct finding f = expect(talk_deny(&t, SERVER, &syn),
				  RST_CAUSE_REFUSED, RST_CERTAIN, TRIGGER_SYN);

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
	expect(reset, RST_CAUSE_REFUSED, RST_CERTAIN, TRIGGER_SYN);
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
	assert_true(has(&f, EVIDENCE_FIN_BEFORE));
	assert_false(has(&f, EVIDENCE_FIN_CROSSED));
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
	assert_true(has(&f, EVIDENCE_FIN_CROSSED));
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
	assert_true(has(&f, EVIDENCE_IDLE_KNOWN));
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
	assert_true(has(&f, EVIDENCE_ALIVE_BEFORE));
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
	assert_true(has(&f, EVIDENCE_SILENT_BEFORE));
	assert_true(has(&f, EVIDENCE_IDLE_KNOWN));
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
	assert_true(has(&f, EVIDENCE_WINDOW_FULL));
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

static void a_syn_ack_to_a_connect_given_up_is_a_bad_handshake(void **state)
{
	struct segment syn_ack;
	struct finding f;

	(void)state;
	say(CLIENT, SEG_SYN, 0);
	syn_ack = say(SERVER, SEG_SYN | SEG_ACK, 0);
	f = expect(talk_deny(&t, CLIENT, &syn_ack), RST_CAUSE_BAD_HANDSHAKE,
		   RST_CERTAIN, TRIGGER_ACK);
	assert_true(has(&f, EVIDENCE_SYN_ACK_UNWANTED));
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
	assert_true(has(&f, EVIDENCE_HALF_OPEN));
}

static void a_last_ack_with_a_wrong_number_is_a_bad_handshake(void **state)
{
	struct segment ack;

	(void)state;
	say(CLIENT, SEG_SYN, 0);
	say(SERVER, SEG_SYN | SEG_ACK, 0);
	ack = talk_say(&t, CLIENT, SEG_ACK, 0);
	ack.ack += 1000;
	add(ack);
	expect(talk_deny(&t, SERVER, &ack), RST_CAUSE_BAD_HANDSHAKE,
	       RST_CERTAIN, TRIGGER_ACK);
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

static void a_backlog_overflow_far_away_answers_the_last_ack(void **state)
{
	struct segment ack;
	struct finding f;

	(void)state;
	say(CLIENT, SEG_SYN, 0);
	talk_wait(&t, 0.1);
	say(SERVER, SEG_SYN | SEG_ACK, 0);
	ack = say(CLIENT, SEG_ACK, 0);
	say(CLIENT, SEG_PSH | SEG_ACK, 10);
	talk_wait(&t, 0.1);
	f = expect(talk_deny(&t, SERVER, &ack), RST_CAUSE_BACKLOG_OVERFLOW,
		   RST_LIKELY, TRIGGER_ACK);
	assert_int_equal(f.trigger_at.number, ack.frame);
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
	assert_true(has(&f, EVIDENCE_ACTIVE_TIMESTAMPS));
	assert_true(has(&f, EVIDENCE_RECEIVED_SINCE));
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
	assert_true(has(&f, EVIDENCE_ACTIVE));
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

static void two_foreign_traits_are_an_injection(void **state)
{
	struct segment reset;
	struct finding f;

	(void)state;
	established();
	reset = talk_abort(&t, SERVER);
	reset.ttl = 47;
	reset.options = 0;
	f = expect(reset, RST_CAUSE_INJECTED, RST_LIKELY, TRIGGER_NONE);
	assert_true(has(&f, EVIDENCE_TTL));
	assert_true(has(&f, EVIDENCE_NO_TIMESTAMPS));
}

static void one_foreign_trait_is_only_said(void **state)
{
	struct segment reset;
	struct finding f;

	(void)state;
	established();
	reset = talk_abort(&t, SERVER);
	reset.ttl = 47;
	f = expect(reset, RST_CAUSE_ABORT, RST_CERTAIN, TRIGGER_NONE);
	assert_true(has(&f, EVIDENCE_TTL));
}

static void a_socket_with_its_own_ttl_is_no_injection(void **state)
{
	struct segment data;
	struct finding f;

	(void)state;
	t.ttl[CLIENT] = 7;
	established();
	say(CLIENT, SEG_FIN | SEG_ACK, 0);
	data = say(SERVER, SEG_PSH | SEG_ACK, 10);
	f = expect(talk_deny(&t, CLIENT, &data), RST_CAUSE_DATA_AFTER_CLOSE,
		   RST_CERTAIN, TRIGGER_DATA);
	assert_false(has(&f, EVIDENCE_TTL));
}

static void an_answer_to_nothing_from_elsewhere_is_an_injection(void **state)
{
	struct segment data, reset;

	(void)state;
	established();
	data = say(CLIENT, SEG_PSH | SEG_ACK, 10);
	reset = talk_deny(&t, SERVER, &data);
	reset.seq += 1460;
	reset.ttl = 120;
	expect(reset, RST_CAUSE_INJECTED, RST_LIKELY, TRIGGER_NONE);
}

static void a_source_that_goes_on_did_not_send_the_reset(void **state)
{
	struct segment data;
	struct finding f;

	(void)state;
	established();
	f = expect(talk_abort(&t, SERVER), RST_CAUSE_ABORT, RST_CERTAIN,
		   TRIGGER_NONE);
	talk_wait(&t, 0.1);
	data = say(SERVER, SEG_PSH | SEG_ACK, 10);
	classify_later(&f, &data);
	assert_int_equal(f.cause, RST_CAUSE_INJECTED);
	assert_int_equal(f.certainty, RST_CERTAIN);
	assert_true(has(&f, EVIDENCE_CONTINUED));
}

static void going_on_is_seen_whatever_number_was_forged(void **state)
{
	struct segment data, reset;
	struct finding f;

	(void)state;
	established();
	reset = talk_abort(&t, SERVER);
	reset.seq += 3000000000;
	f = classify(reset, NULL);
	talk_wait(&t, 0.1);
	data = say(SERVER, SEG_PSH | SEG_ACK, 10);
	classify_later(&f, &data);
	assert_int_equal(f.cause, RST_CAUSE_INJECTED);
	assert_int_equal(f.certainty, RST_CERTAIN);
}

static void overtaken_packets_are_no_going_on(void **state)
{
	struct segment data;
	struct finding f;

	(void)state;
	established();
	data = talk_say(&t, SERVER, SEG_PSH | SEG_ACK, 10);
	f = classify(talk_abort(&t, SERVER), NULL);
	data.ts_ns = t.now_ns + 1000000;
	add(data);
	classify_later(&f, &data);
	assert_int_equal(f.cause, RST_CAUSE_ABORT);
}

static void a_new_connection_on_the_ports_is_no_going_on(void **state)
{
	struct segment syn = say(CLIENT, SEG_SYN, 0);
	struct finding f = classify(talk_deny(&t, SERVER, &syn), NULL);

	(void)state;
	talk_wait(&t, 5);
	t.next[SERVER] = 70000;
	syn = talk_say(&t, SERVER, SEG_SYN | SEG_ACK, 0);
	classify_later(&f, &syn);
	assert_int_equal(f.cause, RST_CAUSE_REFUSED);
}

static void a_challenge_is_told(void **state)
{
	struct segment ack;
	struct finding f;

	(void)state;
	established();
	talk_say(&t, SERVER, SEG_PSH | SEG_ACK, 500); /* lost */
	f = expect(talk_abort(&t, SERVER), RST_CAUSE_ABORT, RST_CERTAIN,
		   TRIGGER_NONE);
	t.next[SERVER] -= 500;
	ack = say(CLIENT, SEG_ACK, 0);
	classify_later(&f, &ack);
	assert_true(has(&f, EVIDENCE_CHALLENGED));
	assert_int_equal(f.cause, RST_CAUSE_ABORT);
}

static void a_survivor_of_a_forged_reset_is_denied(void **state)
{
	struct segment data;
	struct finding f;

	(void)state;
	established();
	data = say(CLIENT, SEG_PSH | SEG_ACK, 10);
	classify(talk_deny(&t, SERVER, &data), NULL);
	data = say(SERVER, SEG_PSH | SEG_ACK, 10);
	f = expect(talk_deny(&t, CLIENT, &data), RST_CAUSE_DATA_AFTER_CLOSE,
		   RST_LIKELY, TRIGGER_DATA);
	assert_true(has(&f, EVIDENCE_WAS_RESET));
}

static void a_one_sided_capture_explains_no_answer(void **state)
{
	struct segment data, reset;
	struct finding f;

	(void)state;
	say(SERVER, SEG_PSH | SEG_ACK, 10);
	data = talk_say(&t, CLIENT, SEG_PSH | SEG_ACK, 10);
	reset = talk_deny(&t, SERVER, &data);
	f = expect(reset, RST_CAUSE_UNEXPLAINED, RST_CERTAINTY_NONE,
		   TRIGGER_NONE);
	assert_true(has(&f, EVIDENCE_ONE_SIDED));
}

static void what_it_carries_is_told(void **state)
{
	struct segment reset;
	struct finding f;
	char buf[512];
	struct rst_text text = rst_text_on(buf, sizeof(buf));

	(void)state;
	established();
	reset = talk_abort(&t, SERVER);
	reset.len = reset.payload_len = 8;
	memcpy(reset.payload,
	       "go\x1b"
	       "away",
	       8);
	reset.options |= SEG_HAS_MP_TCPRST;
	reset.mp_reason = 2;
	f = expect(reset, RST_CAUSE_ABORT, RST_CERTAIN, TRIGGER_NONE);
	for (unsigned i = 0; i < f.evidence_len; i++)
		evidence_write(&text, &f, i);
	rst_text_char(&text, '\0');
	assert_non_null(strstr(buf, "8 bytes: \"go\\x1baway"));
	assert_non_null(strstr(buf, "lack of resources"));
	assert_null(strchr(buf, 0x1b));
}

static void every_sentence_is_complete(void **state)
{
	const struct log_event event = {
		.process = "server",
		.pid = 42,
		.call = "close",
		.fd = 5,
		.unread = 11,
		.error = "ECONNRESET",
	};
	struct finding f = {
		.source = t.end[SERVER],
		.destination = t.end[CLIENT],
		.event = &event,
		.received = &event,
	};
	char buf[1024];

	(void)state;
	for (unsigned kind = 0; kind < EVIDENCE_COUNT; kind++) {
		struct rst_text text = rst_text_on(buf, sizeof(buf) - 1);

		f.evidence_len = 0;
		evidence_add(&f, kind, 3, 5);
		evidence_write(&text, &f, 0);
		buf[text.len] = '\0';
		assert_false(text.cut);
		assert_null(strpbrk(buf, "{}"));
		assert_true(buf[0] >= '0' && buf[0] != ' ');
		assert_non_null(strchr(".\"", buf[text.len - 1]));
		assert_null(strstr(buf, "  "));
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fresh, done)
	const struct CMUnitTest tests[] = {
		TEST(a_syn_that_is_answered_by_a_reset_was_refused),
		TEST(other_systems_refuse_with_window_and_number),
		TEST(a_reset_that_acknowledges_another_number_is_no_refusal),
		TEST(nothing_is_refused_once_it_was_accepted),
		TEST(a_syn_in_fin_wait_2_is_not_refused),
		TEST(data_after_a_fin_is_data_after_close),
		TEST(data_that_crosses_a_fin_is_found_behind_it),
		TEST(of_several_on_their_way_the_first_is_answered),
		TEST(a_fin_to_a_forgotten_connection_is_peer_gone),
		TEST(a_keepalive_probe_is_told_from_an_acknowledgment),
		TEST(a_probe_with_one_byte_is_no_data),
		TEST(one_byte_sent_again_is_data),
		TEST(a_window_update_is_told_from_an_acknowledgment),
		TEST(an_acknowledgment_can_be_the_trigger),
		TEST(the_plain_ack_of_a_fin_denied_at_once_is_linger2),
		TEST(a_stray_segment_without_ack_is_peer_gone),
		TEST(data_to_a_peer_never_seen_is_likely_after_close),
		TEST(a_denial_by_a_peer_that_was_just_alive_is_unexplained),
		TEST(a_peer_that_was_long_silent_has_lost_the_connection),
		TEST(a_fin_stuck_behind_a_full_window_was_a_close),
		TEST(a_window_too_small_for_a_segment_may_hide_a_fin),
		TEST(a_syn_ack_to_a_connect_given_up_is_a_bad_handshake),
		TEST(a_half_open_peer_is_a_bad_handshake),
		TEST(a_last_ack_with_a_wrong_number_is_a_bad_handshake),
		TEST(a_right_last_ack_denied_is_a_full_backlog),
		TEST(a_backlog_overflow_far_away_answers_the_last_ack),
		TEST(data_denied_after_a_handshake_is_no_full_backlog),
		TEST(a_listener_that_ignored_an_ack_before_is_gone),
		TEST(an_active_reset_is_an_abort_with_what_was_at_stake),
		TEST(an_abort_without_timestamps_is_known_by_its_window),
		TEST(other_systems_abort_without_a_window),
		TEST(other_systems_acknowledge_what_they_refuse),
		TEST(bytes_of_the_resetting_side_in_flight_are_counted),
		TEST(probes_without_answer_end_in_a_keepalive_timeout),
		TEST(an_abort_between_probes_is_an_abort),
		TEST(an_abort_after_answered_probes_is_an_abort),
		TEST(two_foreign_traits_are_an_injection),
		TEST(one_foreign_trait_is_only_said),
		TEST(a_socket_with_its_own_ttl_is_no_injection),
		TEST(an_answer_to_nothing_from_elsewhere_is_an_injection),
		TEST(a_source_that_goes_on_did_not_send_the_reset),
		TEST(going_on_is_seen_whatever_number_was_forged),
		TEST(overtaken_packets_are_no_going_on),
		TEST(a_new_connection_on_the_ports_is_no_going_on),
		TEST(a_challenge_is_told),
		TEST(a_survivor_of_a_forged_reset_is_denied),
		TEST(a_one_sided_capture_explains_no_answer),
		TEST(what_it_carries_is_told),
		TEST(every_sentence_is_complete),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
