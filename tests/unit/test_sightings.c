/* SPDX-License-Identifier: MIT */
/* test_sightings.c - the same reset in several captures, and translated. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "packets.h"
#include "sightings.h"

enum { HERE, THERE, CAPTURES, SECONDS = 1000000000 };

static struct input inputs[CAPTURES];
static struct report report;
static struct sighting *room;

static int fresh(void **state)
{
	(void)state;
	report = (struct report){.inputs = inputs, .input_count = CAPTURES};
	for (int i = 0; i < CAPTURES; i++)
		inputs[i] = (struct input){.first_ns = 100ull * SECONDS,
					   .last_ns = 200ull * SECONDS};
	room = NULL;
	return 0;
}

static int done(void **state)
{
	(void)state;
	free(report.findings);
	free(room);
	return 0;
}

/* Number n of the aborts, as a capture has it. */
static struct finding *abort_in(uint16_t capture, uint32_t n, double seconds)
{
	struct finding *f = report_add(&report);

	assert_non_null(f);
	*f = (struct finding){
		.kind = FINDING_RESET,
		.cause = RST_CAUSE_ABORT,
		.certainty = RST_CERTAIN,
		.verdict = VERDICT_EXPLAINED,
		.ts_ns = (uint64_t)(seconds * SECONDS),
		.source = address("10.0.0.1", 40000),
		.destination = address("10.0.0.2", 80),
		.frame = {report.finding_count, capture},
		.position = {.seq = 77777 * n,
			     .ack = 55555 * n,
			     .window = 500,
			     .ip_id = (uint16_t)n,
			     .flags = SEG_RST | SEG_ACK,
			     .is_active = true},
	};
	return f;
}

static void merge(size_t left)
{
	assert_int_equal(sightings_merge(&report, &room), 0);
	assert_int_equal(report.finding_count, left);
}

static void a_reset_in_two_captures_is_one(void **state)
{
	(void)state;
	abort_in(HERE, 1, 150);
	abort_in(HERE, 2, 151);
	abort_in(THERE, 1, 150.001);
	merge(2);
	assert_int_equal(report.findings[0].seen_len, 1);
	assert_int_equal(report.findings[0].seen[0].frame.capture, THERE);
	assert_int_equal(report.findings[0].seen[0].frame.number, 3);
	assert_int_equal(report.findings[1].seen_len, 0);
	assert_false(inputs[THERE].has_clock_offset);
}

static void two_alike_in_one_capture_are_two(void **state)
{
	(void)state;
	abort_in(HERE, 1, 150);
	abort_in(HERE, 1, 150.001);
	abort_in(THERE, 2, 150);
	merge(3);
}

static void another_number_is_another_reset(void **state)
{
	(void)state;
	abort_in(HERE, 1, 150);
	abort_in(THERE, 1, 150)->position.seq++;
	merge(2);
}

static void another_ip_id_is_another_reset(void **state)
{
	(void)state;
	abort_in(HERE, 1, 150);
	abort_in(THERE, 1, 150)->position.ip_id++;
	merge(2);
}

static void one_end_may_be_translated(void **state)
{
	struct finding *f;

	(void)state;
	abort_in(HERE, 1, 150);
	f = abort_in(THERE, 1, 150);
	f->source = address("192.0.2.1", 1024);
	f->position.ip_id++;
	merge(1);
	assert_int_equal(report.findings[0].seen[0].source.port, 1024);
}

static void two_other_ends_are_another_connection(void **state)
{
	struct finding *f;

	(void)state;
	abort_in(HERE, 1, 150);
	f = abort_in(THERE, 1, 150);
	f->source = address("192.0.2.1", 1024);
	f->destination = address("192.0.2.2", 80);
	merge(2);
}

static void the_clocks_difference_is_found(void **state)
{
	(void)state;
	abort_in(HERE, 1, 150);
	abort_in(THERE, 1, 152);
	merge(1);
	assert_true(inputs[THERE].has_clock_offset);
	assert_int_equal(inputs[THERE].clock_offset_ns, -2ll * SECONDS);
}

/* A host answers each retransmission with the same bits. */
static void an_answer_sent_again_is_no_copy_of_the_one_before(void **state)
{
	(void)state;
	inputs[HERE].last_ns = 150ull * SECONDS;
	inputs[THERE].first_ns = 151ull * SECONDS;
	abort_in(HERE, 1, 150)->position.is_active = false;
	abort_in(THERE, 1, 151)->position.is_active = false;
	merge(2);
}

static void the_surer_cause_stays(void **state)
{
	struct finding *f;

	(void)state;
	f = abort_in(HERE, 1, 150);
	f->cause = RST_CAUSE_UNEXPLAINED;
	f->verdict = VERDICT_UNEXPLAINED;
	abort_in(THERE, 1, 150);
	merge(1);
	assert_int_equal(report.findings[0].cause, RST_CAUSE_ABORT);
	assert_int_equal(report.findings[0].frame.capture, THERE);
	assert_int_equal(report.findings[0].seen[0].frame.capture, HERE);
}

static void an_echo_follows_the_one_that_stays(void **state)
{
	struct finding *f;

	(void)state;
	f = abort_in(HERE, 1, 150);
	f->cause = RST_CAUSE_UNEXPLAINED;
	f = abort_in(HERE, 2, 150.01);
	f->echo_of = (struct frame){1, HERE};
	f->position.first = 0;
	abort_in(THERE, 1, 150);
	merge(2);
	assert_int_equal(report.findings[0].frame.number, 2);
	assert_int_equal(report.findings[0].echo_of.capture, THERE);
	assert_int_equal(report.findings[0].echo_of.number, 3);
	assert_int_equal(report.findings[0].position.first, 1);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fresh, done)
	const struct CMUnitTest tests[] = {
		TEST(a_reset_in_two_captures_is_one),
		TEST(two_alike_in_one_capture_are_two),
		TEST(another_number_is_another_reset),
		TEST(another_ip_id_is_another_reset),
		TEST(one_end_may_be_translated),
		TEST(two_other_ends_are_another_connection),
		TEST(the_clocks_difference_is_found),
		TEST(an_answer_sent_again_is_no_copy_of_the_one_before),
		TEST(the_surer_cause_stays),
		TEST(an_echo_follows_the_one_that_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
