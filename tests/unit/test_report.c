/* SPDX-License-Identifier: MIT */
/* test_report.c - what people get to read. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include <cmocka.h>

#include "evidence.h"
#include "packets.h"
#include "report_case.h"

/* Read by a person before it was put here. */
static const char golden[] =
	"1 reset; 7 packets (420 bytes) of 1 connection and 3 log\n"
	"records, read in 3.0 ms.\n"
	"\n"
	"  number  cause                   where            verdict\n"
	"       1  unread-data             server close()   predicted\n"
	"          11 bytes unread         no-such-app+0x1234\n"
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

static struct log_frame long_frames[1];

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

/* A terminal gives two columns to some characters and none to others. */
static void characters_take_the_columns_that_they_have(void **state)
{
	static const char name[] = "\u65e5\u672c\u8a9e\u30b5\u30fce\u0301";
	const char *line;
	unsigned rungs = 0;
	int at = 0; /* the column of the right-hand line */

	(void)state;
	assert_non_null(setlocale(LC_CTYPE, "C.UTF-8"));
	event.process = name;
	write_as("text",
		 (struct report_options){.width = 78, .has_utf8 = true});
	for (line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
		wchar_t wide[160];
		const wchar_t *bar;
		size_t len = mbstowcs(wide, line, 160);

		assert_true(len < 160);
		assert_in_range(wcswidth(wide, len), 0, 78);
		bar = wcsrchr(wide, L'\u2502');
		if (!bar)
			continue;
		if (rungs++ > 0)
			assert_int_equal(wcswidth(wide, bar - wide), at);
		at = wcswidth(wide, bar - wide);
	}
	assert_true(rungs >= 6);
	setlocale(LC_CTYPE, "C");
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

static void
the_first_unread_bytes_are_shown_where_the_log_has_them(void **state)
{
	json_object *o;

	(void)state;
	event.unread_kind = "text";
	assert_non_null(strstr(as_text(), "11 unread bytes (text)."));
	event.peek = "password\\x1b[31";
	assert_non_null(strstr(as_text(), "(text: \"password\\x1b[31\")."));
	o = json_line(0);
	assert_string_equal(
		string(json_object_object_get(o, "rstwatch.event"), "peek"),
		event.peek);
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
	finding.lead_ns = 500ll * REPORT_MS; /* before the data, frame 6 */
	finding.received = &received;
	finding.received_ns = 3ll * REPORT_MS;
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
		TEST(text_is_what_a_person_approved),
		TEST(no_line_is_wider_than_the_page),
		TEST(characters_take_the_columns_that_they_have),
		TEST(sixty_columns_are_enough_to_go_on),
		TEST(a_wide_page_has_the_reasons_beside_the_ladder),
		TEST(the_kind_of_the_unread_data_and_its_origins_are_told),
		TEST(the_first_unread_bytes_are_shown_where_the_log_has_them),
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
