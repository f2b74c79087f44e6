/* SPDX-License-Identifier: MIT */
/* test_report.c - what people and programs get to read. */
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
#include "report.h"

enum { MS = 1000000 };

static const uint64_t BASE_NS = 1795348800000000000;

static struct input inputs[2];
static const struct log_frame frames[] = {{"/bin/no-such-app", "0a0b", 4660}};
static struct log_frame long_frames[1];
static struct log_event event, received;
static struct rung ladder[5];
static struct finding finding;
static struct report report;
static char *text;
static size_t text_len;

static void set_inputs(void)
{
	inputs[0] = (struct input){.path = "logs/server.jsonl",
				   .is_log = true,
				   .count = 3,
				   .records = 3};
	inputs[1] = (struct input){.path = "lo.pcap", .count = 7, .bytes = 420};
}

static void set_events(void)
{
	event = (struct log_event){
		.action = RST_RESET_PREDICTED,
		.line = 3,
		.pid = 4242,
		.process = "server",
		.call = "close",
		.fd = 5,
		.sender = RST_SENDER_SELF,
		.have = RST_HAVE_UNREAD,
		.unread = 11,
		.local = address("10.0.0.2", 80),
		.peer = address("10.0.0.1", 40000),
		.stack = frames,
		.stack_len = 1,
		.message = "server[4242]: close(5) will reset.",
	};
	received = event;
	received.action = RST_RESET_RECEIVED;
	received.process = "client";
	received.call = "read";
	received.error = "ECONNRESET";
	received.local = event.peer;
	received.peer = event.local;
}

static void set_rung(unsigned i, int ms, uint8_t flags, uint32_t len,
		     bool is_from_source)
{
	ladder[i] = (struct rung){
		.ts_ns = BASE_NS + (uint64_t)((int64_t)ms * MS),
		.frame = {i + 3, 1},
		.flags = flags,
		.len = len,
		.is_from_source = is_from_source,
	};
}

static void set_finding(void)
{
	set_rung(0, -2002, SEG_SYN, 0, false);
	set_rung(1, -2001, SEG_SYN | SEG_ACK, 0, true);
	set_rung(2, -2000, SEG_ACK, 0, false);
	set_rung(3, -100, SEG_PSH | SEG_ACK, 11, false);
	set_rung(4, 0, SEG_RST | SEG_ACK, 0, true);
	finding = (struct finding){
		.kind = FINDING_RESET,
		.cause = RST_CAUSE_UNREAD_DATA,
		.certainty = RST_CERTAIN,
		.verdict = VERDICT_PREDICTED,
		.ts_ns = BASE_NS,
		.source = event.local,
		.destination = event.peer,
		.frame = {7, 1},
		.ladder = ladder,
		.ladder_len = 5,
		.ladder_earlier = 2,
		.client = -1,
		.event = &event,
		.lead_ns = 84000,
	};
	evidence_add(&finding, EVIDENCE_ACTIVE, 0, 0);
	evidence_add(&finding, EVIDENCE_LOGGED, 84000, 0);
	evidence_add(&finding, EVIDENCE_FACTS, 0, 0);
}

static int fresh(void **state)
{
	(void)state;
	set_inputs();
	set_events();
	set_finding();
	report = (struct report){
		.inputs = inputs,
		.input_count = 2,
		.findings = &finding,
		.finding_count = 1,
		.events = &event,
		.event_count = 1,
		.flows = {.connections = 1},
		.elapsed_ns = 3 * MS,
	};
	return 0;
}

static int done(void **state)
{
	(void)state;
	free(text);
	text = NULL;
	return 0;
}

/* The report, which is in text until the next one. */
static const char *write_as(const char *format, struct report_options o)
{
	FILE *out;

	free(text);
	out = open_memstream(&text, &text_len);
	o.places = places_new();
	assert_non_null(o.places);
	assert_int_equal(reporter_find(format)->write(&report, &o, out), 0);
	fclose(out);
	places_free(o.places);
	return text;
}

static const char *as_text(void)
{
	return write_as("text", (struct report_options){.width = 78});
}

/* Line number n of the report as JSON. */
static json_object *json_line(unsigned n)
{
	const char *s = write_as("json", (struct report_options){0});
	json_object *o;

	while (n--)
		s = strchr(s, '\n') + 1;
	o = json_tokener_parse(s); /* stops at the end of the object */
	assert_non_null(o);
	return o;
}

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

static const char *string(json_object *o, const char *key)
{
	return json_object_get_string(json_object_object_get(o, key));
}

static int64_t number(json_object *o, const char *key)
{
	return json_object_get_int64(json_object_object_get(o, key));
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

/* Read by a person before it was put here. */
static const char golden[] =
	"1 reset; 7 packets (420 bytes) of 1 connection and 3 log\n"
	"records, read in 3.0 ms.\n"
	"\n"
	"  number  cause                   where            verdict\n"
	"       1  unread-data             server close()   predicted\n"
	"                                  no-such-app+0x1234\n"
	"\n"
	"== 1  unread-data =========================== certain, predicted\n"
	"\n"
	"  10.0.0.2:80 reset its connection to 10.0.0.1:40000 (lo.pcap\n"
	"  frame 7, 2026-11-22T12:00:00.000000000Z).\n"
	"  server[4242] close(5) was about to cause it, 84 us before\n"
	"  (server.jsonl line 3).\n"
	"\n"
	"            10.0.0.1:40000                  10.0.0.2:80   frame\n"
	"            client                               server\n"
	"            :            2 earlier packets            :\n"
	"     -2.0 s |-- SYN --------------------------------->|       3\n"
	"     -2.0 s |<----------------------------- SYN,ACK --|       4\n"
	"     -2.0 s |-- ACK --------------------------------->|       5\n"
	"            :            1.9 s of silence             :\n"
	"    -100 ms |-- PSH,ACK 11 bytes -------------------->|       6\n"
	"     -84 us |                  server[4242] close(5) #|     log\n"
	"          0 |<----------------------------- RST,ACK --|       7\n"
	"\n"
	"  Cause     The last close of a socket whose receive queue still\n"
	"            holds data.\n"
	"  Called at no-such-app+0x1234\n"
	"  Evidence  - It acknowledges and offers a window: made from a\n"
	"              living socket.\n"
	"            - The socket then had 11 unread bytes.\n"
	"  Advice    Read to end of file before closing. More: rstwatch\n"
	"            explain unread-data\n";

static void text_is_what_a_person_approved(void **state)
{
	(void)state;
	write_as("text", (struct report_options){.width = 64});
	assert_string_equal(text, golden);
}

static unsigned widest_line(const char *s)
{
	unsigned widest = 0;

	while (*s) {
		unsigned n = 0;

		for (; *s && *s != '\n'; s++)
			n += (*s & 0xc0) != 0x80;
		widest = n > widest ? n : widest;
		s += *s == '\n';
	}
	return widest;
}

/* A program, a call, an error and addresses as long as they come. */
static void stretch(void)
{
	static char name[200], module[300] = "/";

	memset(name, 'n', sizeof(name) - 1);
	memset(module + 1, 'm', sizeof(module) - 2);
	finding.source = address("2001:db8:1111:2222:3333:4444:5555:6666", 80);
	finding.destination =
		address("2001:db8:7777:8888:9999:aaaa:bbbb:cccc", 40000);
	finding.received = &received;
	ladder[3].flags = 0xff;
	ladder[3].len = UINT32_MAX;
	event.process = received.process = received.error = name;
	event.unread_kind = "rest of an HTTP body";
	long_frames[0] = (struct log_frame){module, NULL, 4660};
	event.stack = event.opened_at = event.linger_set_at = long_frames;
}

static void no_line_is_wider_than_the_page(void **state)
{
	static const unsigned widths[] = {78, 80, 100, 120, 132, 160};

	(void)state;
	stretch();
	for (size_t i = 0; i < 2 * sizeof(widths) / sizeof(widths[0]); i++) {
		unsigned width = widths[i / 2];

		write_as("text", (struct report_options){
					 .width = width,
					 .has_utf8 = i & 1,
				 });
		assert_in_range(widest_line(text), width - 10, width);
	}
}

/* Even a ladder too narrow for its arrows and calls is drawn. */
static void sixty_columns_are_enough_to_go_on(void **state)
{
	(void)state;
	stretch();
	write_as("text", (struct report_options){.width = 60});
	assert_in_range(widest_line(text), 60, 80);
}

static void a_wide_page_has_the_reasons_beside_the_ladder(void **state)
{
	(void)state;
	write_as("text",
		 (struct report_options){.width = 160, .has_color = true});
	assert_non_null(strstr(text, "       4        "));
	as_text();
	assert_non_null(strstr(text, "|       4\n"));
}

static void the_kind_of_the_unread_data_and_its_origins_are_told(void **state)
{
	json_object *o, *e;

	(void)state;
	event.unread_kind = "rest of an HTTP body";
	event.opened_at = event.linger_set_at = frames;
	event.opened_by = "accept4";
	event.linger_set_by = "setsockopt";
	as_text();
	assert_non_null(strstr(text, "11 unread bytes (rest of an HTTP body)"));
	assert_non_null(
		strstr(text, "Opened at no-such-app+0x1234, by accept4()"));
	assert_non_null(
		strstr(text, "Linger at no-such-app+0x1234, by setsockopt()"));
	o = json_line(0);
	e = json_object_object_get(o, "rstwatch.event");
	assert_string_equal(string(e, "unread_kind"), "rest of an HTTP body");
	assert_int_equal(number(e, "unread_bytes"), 11);
	assert_string_equal(string(e, "opened_by"), "accept4");
	assert_int_equal(
		number(json_object_object_get(e, "linger_set_at"), "offset"),
		4660);
	json_object_put(o);
}

static void colours_come_only_where_asked_for(void **state)
{
	(void)state;
	assert_null(strchr(as_text(), 033));
	write_as("text",
		 (struct report_options){.width = 78, .has_color = true});
	assert_non_null(strstr(text, "\033[1;31m"));
}

static void nothing_untrusted_acts_on_the_terminal(void **state)
{
	static const char bad[] = "\033]0;x\a\n\x9b\xff\xe2\x80\xae";

	(void)state;
	event.process = event.call = event.message = bad;
	received.error = bad;
	finding.received = &received;
	finding.payload_len = 4;
	memcpy(finding.payload, "\033[2J", 4);
	inputs[1].path = bad;
	evidence_add(&finding, EVIDENCE_PAYLOAD, 4, 0);
	as_text();
	assert_null(strpbrk(text, "\033\a\x9b\xff"));
	assert_null(strstr(text, "\xe2\x80\xae"));
	json_object_put(json_line(0));
	assert_null(strpbrk(text, "\033\a"));
}

static void calls_stand_at_their_place_in_time(void **state)
{
	const char *call, *data, *reset, *told;

	(void)state;
	finding.lead_ns = 500ll * MS; /* before the data, frame 6 */
	finding.received = &received;
	finding.received_ns = 3ll * MS;
	as_text();
	call = strstr(text, "server[4242] close(5) #|");
	data = strstr(text, "PSH,ACK 11 bytes");
	reset = strstr(text, "RST,ACK --|");
	told = strstr(text, "|# client[4242] read(5): ECONNRESET");
	assert_non_null(call);
	assert_non_null(told);
	assert_true(call < data && data < reset && reset < told);
}

static void one_of_each_kind_is_told_unless_all_are_asked_for(void **state)
{
	struct finding many[40];

	(void)state;
	for (size_t i = 0; i < 40; i++) {
		many[i] = finding;
		many[i].frame.number = 100 + i;
	}
	report.findings = many;
	report.finding_count = 40;
	as_text();
	assert_non_null(strstr(text, "      40  unread-data"));
	assert_non_null(strstr(text, "39 more: --all tells every one."));
	assert_null(strstr(text, "139,"));
	write_as("text",
		 (struct report_options){.width = 78, .tells_all = true});
	assert_non_null(strstr(text, "139,"));
	assert_null(strstr(text, "--all"));
}

static void what_was_not_looked_into_is_said(void **state)
{
	(void)state;
	report.finding_count = 0;
	report.flows.forgotten = 1;
	inputs[1].results[DECODE_NOT_TCP] = 12;
	inputs[1].results[DECODE_CUT] = 1;
	as_text();
	assert_non_null(strstr(text, "No reset; 7 packets"));
	assert_non_null(strstr(text, "12 not-tcp, 1 cut-by-snap-length."));
	assert_non_null(strstr(text, "1 connection was forgotten"));
}

static void a_prediction_is_told_in_the_words_of_the_log(void **state)
{
	(void)state;
	finding.kind = FINDING_PREDICTION;
	finding.frame.number = 0;
	finding.ladder_len = 0;
	finding.unmatched = UNMATCHED_NO_RESET_SEEN;
	as_text();
	assert_non_null(strstr(text, "1 prediction without one"));
	assert_non_null(strstr(text, "server[4242]: close(5) will reset."));
	assert_non_null(strstr(text, "no-reset-seen"));
}

static void causes_can_be_chosen(void **state)
{
	struct finding two[2] = {finding, finding};

	(void)state;
	two[1].cause = RST_CAUSE_ABORT;
	report.findings = two;
	report.finding_count = 2;
	report_keep_causes(&report, 1u << RST_CAUSE_ABORT);
	assert_int_equal(report.finding_count, 1);
	assert_int_equal(report.findings[0].cause, RST_CAUSE_ABORT);
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
		TEST(text_is_what_a_person_approved),
		TEST(no_line_is_wider_than_the_page),
		TEST(sixty_columns_are_enough_to_go_on),
		TEST(a_wide_page_has_the_reasons_beside_the_ladder),
		TEST(the_kind_of_the_unread_data_and_its_origins_are_told),
		TEST(colours_come_only_where_asked_for),
		TEST(nothing_untrusted_acts_on_the_terminal),
		TEST(calls_stand_at_their_place_in_time),
		TEST(one_of_each_kind_is_told_unless_all_are_asked_for),
		TEST(what_was_not_looked_into_is_said),
		TEST(a_prediction_is_told_in_the_words_of_the_log),
		TEST(causes_can_be_chosen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
