/* SPDX-License-Identifier: MIT */
/* test_correlate_rest.c - what logs alone tell: each story once, whole. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "correlate.h"
#include "evidence.h"

enum { EVENTS_MAX = 4, CLIENT = 0, SERVER = 1 };

static const uint64_t US = 1000;

static struct rst_addr end[2];
static struct input input;
static struct report report;
static struct log_event events[EVENTS_MAX];
static size_t event_count;

static int fresh(void **state)
{
	(void)state;
	end[CLIENT] = (struct rst_addr){{10, 0, 0, 1}, 40000, 4, 0};
	end[SERVER] = (struct rst_addr){{10, 0, 0, 2}, 80, 4, 0};
	input = (struct input){.path = "both.jsonl", .is_log = true};
	report = (struct report){.inputs = &input, .input_count = 1};
	event_count = 0;
	return 0;
}

static int done(void **state)
{
	(void)state;
	free(report.findings);
	return 0;
}

/* A record of the process at one end, so long after noon. */
static struct log_event *record(enum rst_action action, int who,
				enum rst_cause cause, uint64_t us)
{
	struct log_event *e = &events[event_count++];

	*e = (struct log_event){
		.action = action,
		.line = event_count,
		.ts_ns = UINT64_C(1700000000000000000) + us * US,
		.pid = 42 + who,
		.call = "close",
		.fd = 5,
		.error = "ECONNRESET",
		.cause = cause,
		.certainty = RST_CERTAIN,
		.sender = rst_cause_sender(cause),
		.local = end[who],
		.peer = end[!who],
	};
	return e;
}

static void run(void)
{
	struct correlation *c = correlation_new(events, event_count);

	assert_non_null(c);
	assert_int_equal(correlation_run(c, &report), 0);
	correlation_free(c);
}

static const struct finding *only(void)
{
	assert_int_equal(report.finding_count, 1);
	return &report.findings[0];
}

static void both_ends_tell_one_story(void **state)
{
	(void)state;
	record(RST_RESET_PREDICTED, SERVER, RST_CAUSE_UNREAD_DATA, 0);
	record(RST_RESET_RECEIVED, CLIENT, RST_CAUSE_NONE, 100);
	run();
	assert_int_equal(only()->kind, FINDING_PREDICTION);
	assert_int_equal(only()->cause, RST_CAUSE_UNREAD_DATA);
	assert_ptr_equal(only()->event, &events[0]);
	assert_ptr_equal(only()->received, &events[1]);
	assert_int_equal(only()->received_ns, 100 * US);
	assert_int_equal(only()->evidence_len, 1);
	assert_int_equal(only()->evidence[0].kind, EVIDENCE_RECEIVED);
}

/* Two logs may come in any order, and of two processors' clocks one be late. */
static void the_order_of_the_records_does_not_matter(void **state)
{
	(void)state;
	record(RST_RESET_RECEIVED, CLIENT, RST_CAUSE_NONE, 0);
	record(RST_RESET_PREDICTED, SERVER, RST_CAUSE_LINGER_ZERO, 5);
	run();
	assert_ptr_equal(only()->event, &events[1]);
	assert_ptr_equal(only()->received, &events[0]);
	assert_int_equal(only()->received_ns, 0);
}

static void what_we_made_the_peer_send_arrives_here(void **state)
{
	(void)state;
	record(RST_RESET_PREDICTED, CLIENT, RST_CAUSE_DATA_AFTER_CLOSE, 0);
	record(RST_RESET_RECEIVED, CLIENT, RST_CAUSE_DATA_AFTER_CLOSE, 50);
	run();
	assert_ptr_equal(only()->event, &events[0]);
	assert_ptr_equal(only()->received, &events[1]);
}

static void another_port_is_another_story(void **state)
{
	(void)state;
	record(RST_RESET_PREDICTED, SERVER, RST_CAUSE_UNREAD_DATA, 0);
	end[CLIENT].port++;
	record(RST_RESET_RECEIVED, CLIENT, RST_CAUSE_NONE, 100);
	run();
	assert_int_equal(report.finding_count, 2);
	assert_null(report.findings[0].received);
	assert_int_equal(report.findings[1].kind, FINDING_RECEIVED);
}

static void minutes_later_the_ports_are_used_anew(void **state)
{
	(void)state;
	record(RST_RESET_PREDICTED, SERVER, RST_CAUSE_UNREAD_DATA, 0);
	record(RST_RESET_RECEIVED, CLIENT, RST_CAUSE_NONE, 300 * 1000 * 1000);
	run();
	assert_int_equal(report.finding_count, 2);
	assert_null(report.findings[0].received);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fresh, done)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(both_ends_tell_one_story),
		TEST(the_order_of_the_records_does_not_matter),
		TEST(what_we_made_the_peer_send_arrives_here),
		TEST(another_port_is_another_story),
		TEST(minutes_later_the_ports_are_used_anew),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
