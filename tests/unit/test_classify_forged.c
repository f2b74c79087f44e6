/* SPDX-License-Identifier: MIT */
/* test_classify_forged.c - resets of somebody else, and how evidence is told.
 */
#include "classify_case.h"

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
	assert_true(evidence_has(&f, EVIDENCE_TTL));
	assert_true(evidence_has(&f, EVIDENCE_NO_TIMESTAMPS));
}

static void one_foreign_trait_is_only_said(void **state)
{
	struct segment reset;
	struct finding f;

	(void)state;
	established();
	reset = talk_abort(&t, SERVER);
	reset.ttl = 47;
	f = expect(reset, RST_CAUSE_ABORT, RST_LIKELY, TRIGGER_NONE);
	assert_true(evidence_has(&f, EVIDENCE_TTL));
}

/* macOS has random ids, and resets without timestamps. */
static void a_host_with_random_ids_is_no_forger(void **state)
{
	struct segment reset;
	struct finding f;

	(void)state;
	established();
	t.ip_id[SERVER] = 50000;
	say(SERVER, SEG_PSH | SEG_ACK, 10);
	t.ip_id[SERVER] = 9000;
	reset = talk_abort(&t, SERVER);
	reset.options = 0;
	reset.ip_id = 30000;
	f = expect(reset, RST_CAUSE_ABORT, RST_LIKELY, TRIGGER_NONE);
	assert_true(evidence_has(&f, EVIDENCE_NO_TIMESTAMPS));
	assert_false(evidence_has(&f, EVIDENCE_IP_ID));
}

static void a_number_far_off_is_no_abort(void **state)
{
	struct segment reset;

	(void)state;
	established();
	reset = talk_abort(&t, SERVER);
	reset.seq += 2000000000;
	expect(reset, RST_CAUSE_UNEXPLAINED, RST_CERTAINTY_NONE, TRIGGER_NONE);
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
	assert_false(evidence_has(&f, EVIDENCE_TTL));
}

/* It came as far as the reset, from another beginning (RFC 5082). */
static void a_socket_that_starts_its_ttl_at_255_is_no_injection(void **state)
{
	struct segment data;
	struct finding f;

	(void)state;
	t.ttl[CLIENT] = 255;
	established();
	talk_wait(&t, 10);
	data = say(SERVER, SEG_PSH | SEG_ACK, 10);
	f = expect(talk_deny(&t, CLIENT, &data), RST_CAUSE_DATA_AFTER_CLOSE,
		   RST_LIKELY, TRIGGER_DATA);
	assert_false(evidence_has(&f, EVIDENCE_TTL));
}

/* A router lost the connection, or has a rule against its data. */
static void a_denial_from_one_hop_nearer_is_an_injection(void **state)
{
	struct segment data;
	struct finding f;

	(void)state;
	t.ttl[SERVER] = 63;
	established();
	talk_wait(&t, 350);
	data = say(CLIENT, SEG_PSH | SEG_ACK, 10);
	f = expect(talk_deny(&t, SERVER, &data), RST_CAUSE_INJECTED, RST_LIKELY,
		   TRIGGER_DATA);
	assert_true(evidence_has(&f, EVIDENCE_TTL));
}

/* The source had closed: it may well be itself that answers, by another way. */
static void a_hop_less_after_a_fin_leaves_doubt(void **state)
{
	struct segment data;

	(void)state;
	t.ttl[CLIENT] = 63;
	closed_by_client();
	data = say(SERVER, SEG_PSH | SEG_ACK, 10);
	expect(talk_deny(&t, CLIENT, &data), RST_CAUSE_DATA_AFTER_CLOSE,
	       RST_LIKELY, TRIGGER_DATA);
}

/* A load balancer ends both sides in the other's name, each number exact. */
static void an_exact_reset_from_elsewhere_is_an_injection(void **state)
{
	struct segment reset;

	(void)state;
	t.ttl[SERVER] = 63;
	established();
	reset = talk_abort(&t, SERVER);
	reset.ttl = 64;
	reset.window = 0;
	reset.options = 0;
	expect(reset, RST_CAUSE_INJECTED, RST_LIKELY, TRIGGER_NONE);
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
	assert_true(evidence_has(&f, EVIDENCE_CONTINUED));
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
	assert_true(evidence_has(&f, EVIDENCE_CHALLENGED));
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
	assert_true(evidence_has(&f, EVIDENCE_WAS_RESET));
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
	assert_true(evidence_has(&f, EVIDENCE_ONE_SIDED));
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
	f = expect(reset, RST_CAUSE_ABORT, RST_LIKELY, TRIGGER_NONE);
	for (unsigned i = 0; i < f.evidence_len; i++)
		evidence_write(&text, &f, i);
	rst_text_char(&text, '\0');
	assert_non_null(strstr(buf, "8 bytes: \"go\\x1baway"));
	assert_non_null(strstr(buf, "lack of resources"));
	assert_null(strchr(buf, 0x1b));
}

/* Its own host may have said so: no sign of a forger. */
static void a_diagnostic_payload_is_read(void **state)
{
	static const uint8_t why[] = {0x33, 0xaa, 0, 14, 0, 0, 0, 0};
	struct segment reset;
	struct finding f;
	char buf[1024];
	struct rst_text text = rst_text_on(buf, sizeof(buf));

	(void)state;
	established();
	reset = talk_abort(&t, SERVER);
	reset.len = reset.payload_len = sizeof(why);
	memcpy(reset.payload, why, sizeof(why));
	f = expect(reset, RST_CAUSE_ABORT, RST_CERTAIN, TRIGGER_NONE);
	for (unsigned i = 0; i < f.evidence_len; i++)
		evidence_write(&text, &f, i);
	rst_text_char(&text, '\0');
	assert_non_null(strstr(buf, "payload: connection timeout (code 14)."));
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
		.payload = "\xa1\x01\x02", /* that is, "desynchronized" */
		.payload_len = 3,
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
	const struct CMUnitTest tests[] = {
		TEST(two_foreign_traits_are_an_injection),
		TEST(one_foreign_trait_is_only_said),
		TEST(a_host_with_random_ids_is_no_forger),
		TEST(a_number_far_off_is_no_abort),
		TEST(a_socket_with_its_own_ttl_is_no_injection),
		TEST(a_socket_that_starts_its_ttl_at_255_is_no_injection),
		TEST(a_denial_from_one_hop_nearer_is_an_injection),
		TEST(a_hop_less_after_a_fin_leaves_doubt),
		TEST(an_exact_reset_from_elsewhere_is_an_injection),
		TEST(an_answer_to_nothing_from_elsewhere_is_an_injection),
		TEST(a_source_that_goes_on_did_not_send_the_reset),
		TEST(going_on_is_seen_whatever_number_was_forged),
		TEST(overtaken_packets_are_no_going_on),
		TEST(a_new_connection_on_the_ports_is_no_going_on),
		TEST(a_challenge_is_told),
		TEST(a_survivor_of_a_forged_reset_is_denied),
		TEST(a_one_sided_capture_explains_no_answer),
		TEST(what_it_carries_is_told),
		TEST(a_diagnostic_payload_is_read),
		TEST(every_sentence_is_complete),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
