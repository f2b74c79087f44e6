/* SPDX-License-Identifier: MIT */
/* test_summary.c - resets counted and clocks told, for people and programs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "packets.h"
#include "report.h"
#include "tally.h"

enum { LOG, CAPTURE, OTHER_CAPTURE, INPUTS, FINDINGS = 4 };

static struct input inputs[INPUTS];
static struct log_event closed, shut;
static struct finding findings[FINDINGS];
static struct sighting sighting;
static struct report report;
static char *text;

static void reset(size_t i, enum rst_cause cause, const char *from,
		  const char *to, const struct log_event *e)
{
	findings[i] = (struct finding){
		.kind = FINDING_RESET,
		.cause = cause,
		.certainty = RST_CERTAIN,
		.verdict = e ? VERDICT_PREDICTED : VERDICT_EXPLAINED,
		.ts_ns = 1000000000 * (i + 1),
		.source = address(from, (uint16_t)(1000 + i)),
		.destination = address(to, 80),
		.frame = {i + 1, CAPTURE},
		.event = e,
	};
}

static int fresh(void **state)
{
	(void)state;
	memset(inputs, 0, sizeof(inputs));
	inputs[LOG].path = "a.jsonl";
	inputs[LOG].is_log = true;
	inputs[CAPTURE].path = "a.pcap";
	inputs[OTHER_CAPTURE].path = "b.pcap";
	closed = (struct log_event){
		.process = "server", .call = "close", .fd = -1};
	shut = (struct log_event){
		.process = "server", .call = "shutdown", .fd = -1};
	reset(0, RST_CAUSE_UNREAD_DATA, "10.0.0.1", "10.0.0.2", &closed);
	reset(1, RST_CAUSE_UNREAD_DATA, "10.0.0.2", "10.0.0.1", &closed);
	reset(2, RST_CAUSE_PEER_GONE, "10.0.0.3", "10.0.0.1", &shut);
	reset(3, RST_CAUSE_ABORT, "10.0.0.1", "10.0.0.3", NULL);
	report = (struct report){
		.inputs = inputs,
		.input_count = INPUTS,
		.findings = findings,
		.finding_count = FINDINGS,
	};
	text = NULL;
	return 0;
}

static int done(void **state)
{
	(void)state;
	free(text);
	return 0;
}

static void tell_as(const char *format)
{
	const struct report_options options = {.width = 100};
	size_t len;
	FILE *out;

	free(text);
	out = open_memstream(&text, &len);
	assert_non_null(out);
	assert_int_equal(reporter_find(format)->write(&report, &options, out),
			 0);
	fclose(out);
}

static void expect(const char *what)
{
	if (!strstr(text, what))
		fail_msg("expected '%s' in: %s", what, text);
}

static void resets_are_counted_by_cause_call_and_hosts(void **state)
{
	(void)state;
	tell_as("text");
	expect("  By cause  2 unread-data, 1 peer-gone, 1 abort.\n");
	expect("  By call   2 server close(), 1 server shutdown().\n");
	expect("  By hosts  2 10.0.0.1 - 10.0.0.2, 2 10.0.0.1 - 10.0.0.3.\n");
}

static void one_of_a_kind_needs_no_counting(void **state)
{
	(void)state;
	report.finding_count = 1;
	tell_as("text");
	assert_null(strstr(text, "By cause"));
	assert_null(strstr(text, "By hosts"));
}

static void a_summary_counts_for_programs(void **state)
{
	(void)state;
	tell_as("json");
	expect("\"rstwatch.calls\":[{\"name\":\"server close()\",\"resets\":2},"
	       "{\"name\":\"server shutdown()\",\"resets\":1}]");
	expect("\"rstwatch.hosts\":[{\"name\":\"10.0.0.1 - 10.0.0.2\","
	       "\"resets\":2},");
}

static void where_else_a_reset_was_seen_is_told(void **state)
{
	(void)state;
	sighting = (struct sighting){
		.frame = {7, OTHER_CAPTURE},
		.ts_ns = 1000000000,
		.source = findings[0].source,
		.destination = address("192.0.2.1", 8080),
	};
	findings[0].seen = &sighting;
	findings[0].seen_len = 1;
	tell_as("text");
	expect("Also seen as frame 7 of b.pcap, there to 192.0.2.1:8080.");
	tell_as("json");
	expect("\"rstwatch.also_seen\":[{\"rstwatch.capture\":\"b.pcap\","
	       "\"rstwatch.frame\":7,\"@timestamp\":\"1970-01-01T00:00:01."
	       "000000000Z\",\"source.address\":\"10.0.0.1\","
	       "\"source.port\":1000,\"destination.address\":\"192.0.2.1\","
	       "\"destination.port\":8080}]");
}

static void an_echo_in_another_file_names_it(void **state)
{
	(void)state;
	findings[1].echo_of = (struct frame){1, CAPTURE};
	findings[2].echo_of = (struct frame){9, OTHER_CAPTURE};
	tell_as("json");
	expect("\"rstwatch.echo_of\":1,\"rstwatch.event\"");
	expect("\"rstwatch.echo_of\":9,"
	       "\"rstwatch.echo_of_capture\":\"b.pcap\"");
}

static void clocks_that_differ_are_told(void **state)
{
	(void)state;
	inputs[LOG].clock_offset_ns = -3700000000;
	inputs[OTHER_CAPTURE].clock_offset_ns = 2000000000;
	inputs[LOG].has_clock_offset = true;
	inputs[OTHER_CAPTURE].has_clock_offset = true;
	tell_as("text");
	expect("The clock of a.jsonl is 3.7 s ahead of that of the capture");
	expect("The clock of b.pcap is 2.0 s behind that of the first "
	       "capture.");
	tell_as("json");
	expect("\"rstwatch.clocks\":[{\"file\":\"a.jsonl\","
	       "\"offset_ns\":-3700000000},{\"file\":\"b.pcap\","
	       "\"offset_ns\":2000000000}]");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fresh, done)
	const struct CMUnitTest tests[] = {
		TEST(resets_are_counted_by_cause_call_and_hosts),
		TEST(one_of_a_kind_needs_no_counting),
		TEST(a_summary_counts_for_programs),
		TEST(where_else_a_reset_was_seen_is_told),
		TEST(an_echo_in_another_file_names_it),
		TEST(clocks_that_differ_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
