/* SPDX-License-Identifier: MIT */
/* test_report_json.c - what programs get to read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <json-c/json.h>
#include "evidence.h"
#include "packets.h"
#include "report_case.h"

static void expect_keys(json_object *o, const char *const *keys)
{
	json_object_object_foreach(o, name, value)
	{
		assert_non_null(*keys);
		assert_string_equal(name, *keys++);
		(void)value;
	}
	assert_null(*keys);
}

static void json_has_the_keys_of_the_contract(void **state)
{
	static const char *const keys[] = {
		"@timestamp",	       "event.action",
		"source.address",      "source.port",
		"destination.address", "destination.port",
		"network.type",	       "network.community_id",
		"rstwatch.capture",    "rstwatch.frame",
		"rstwatch.cause",      "rstwatch.certainty",
		"rstwatch.verdict",    "rstwatch.event",
		"rstwatch.evidence",   NULL,
	};
	static const char *const event_keys[] = {
		"log", "line",	  "process.pid",  "process.name", "call",
		"fd",  "lead_ns", "unread_bytes", "stack",	  NULL,
	};
	json_object *o = json_line(0);

	(void)state;
	expect_keys(o, keys);
	expect_keys(json_object_object_get(o, "rstwatch.event"), event_keys);
	assert_string_equal(string(o, "@timestamp"),
			    "2026-11-22T12:00:00.000000000Z");
	assert_string_equal(string(o, "event.action"), "reset");
	assert_string_equal(string(o, "rstwatch.verdict"), "predicted");
	assert_int_equal(number(o, "rstwatch.frame"), 7);
	json_object_put(o);
}

static void json_tells_trigger_and_echo_where_there_is_one(void **state)
{
	json_object *o;

	(void)state;
	finding.trigger = TRIGGER_WINDOW_UPDATE;
	finding.echo_of.number = 4;
	finding.event = NULL;
	finding.evidence_len = 0;
	o = json_line(0);
	assert_string_equal(string(o, "rstwatch.trigger"), "window-update");
	assert_int_equal(number(o, "rstwatch.echo_of"), 4);
	assert_null(json_object_object_get(o, "rstwatch.event"));
	assert_null(json_object_object_get(o, "rstwatch.evidence"));
	json_object_put(o);
}

static void json_tells_of_a_prediction_without_a_reset(void **state)
{
	json_object *o;

	(void)state;
	finding.kind = FINDING_PREDICTION;
	finding.frame.number = 0;
	finding.unmatched = UNMATCHED_NOT_CAPTURED;
	o = json_line(0);
	assert_string_equal(string(o, "event.action"), "prediction-unmatched");
	assert_string_equal(string(o, "rstwatch.unmatched"), "not-captured");
	assert_null(json_object_object_get(o, "rstwatch.frame"));
	assert_null(json_object_object_get(o, "rstwatch.verdict"));
	json_object_put(o);
}

static void json_ends_in_a_summary(void **state)
{
	static char error[] = "lo.pcap: byte 24: \"cut\"";
	json_object *o;

	(void)state;
	inputs[1].error = error;
	inputs[1].results[DECODE_FRAGMENT] = 2;
	o = json_line(1);
	assert_string_equal(string(o, "event.action"), "summary");
	assert_int_equal(number(o, "rstwatch.resets"), 1);
	assert_int_equal(number(o, "rstwatch.predicted"), 1);
	assert_int_equal(number(o, "rstwatch.packets"), 7);
	assert_int_equal(number(json_object_object_get(o, "rstwatch.skipped"),
				"later-fragment"),
			 2);
	assert_string_equal(
		json_object_get_string(json_object_array_get_idx(
			json_object_object_get(o, "rstwatch.errors"), 0)),
		error);
	json_object_put(o);
}

static void community_ids_are_those_of_other_tools(void **state)
{
	/* The baseline of the specification, and the same turned round. */
	struct rst_addr a = address("128.232.110.120", 34855);
	struct rst_addr b = address("66.35.250.204", 80);

	(void)state;
	for (int i = 0; i < 2; i++) {
		json_object *o;

		finding.source = i ? b : a;
		finding.destination = i ? a : b;
		o = json_line(0);
		assert_string_equal(string(o, "network.community_id"),
				    "1:LQU9qZlK+B5F3KDmev6m5PMibrg=");
		json_object_put(o);
	}
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fresh, done)
	const struct CMUnitTest tests[] = {
		TEST(json_has_the_keys_of_the_contract),
		TEST(json_tells_trigger_and_echo_where_there_is_one),
		TEST(json_tells_of_a_prediction_without_a_reset),
		TEST(json_ends_in_a_summary),
		TEST(community_ids_are_those_of_other_tools),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
