/* SPDX-License-Identifier: MIT */
/* test_html.c - the page and the metrics that a report becomes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "html_case.h"
#include "prometheus.h"

enum { MANY = 10000 };

static void a_reset_is_told_with_call_diagram_and_evidence(void **state)
{
	struct finding f = page_finding(9000);
	size_t len;
	char *page = page_of(&f, 1, "a.pcap", &len);

	(void)state;
	assert_non_null(strstr(page, "127.0.0.1:8080"));
	assert_non_null(strstr(page, ">close(5)</text>"));
	assert_non_null(strstr(page, ">server[4242]</text>"));
	assert_non_null(strstr(page, "made from a living socket"));
	assert_non_null(strstr(page, ">predicted</span>"));
	assert_non_null(strstr(page, "5.0 us before the packet"));
	assert_int_equal(occurrences(page, "class=\"ladder\""), 1);
	assert_int_equal(occurrences(page, "class=\"rung rst\""), 1);
	free(page);
}

static void the_call_stands_before_the_reset_that_it_caused(void **state)
{
	struct finding f = page_finding(9000);
	size_t len;
	char *page = page_of(&f, 1, "a.pcap", &len);
	const char *data = strstr(page, "PSH,ACK 11 bytes");
	const char *call = strstr(page, "<g class=\"call\"");
	const char *reset = strstr(page, "class=\"rung rst\"");

	(void)state;
	assert_true(data && call && reset);
	assert_true(data < call && call < reset);
	free(page);
}

static void nothing_untrusted_becomes_markup(void **state)
{
	const char hostile[] =
		"</script><img src=x onerror='alert(1)'>\"&\x1b[2J";
	const struct sighting seen = {{7, 0}, 9100, page_server, page_client};
	struct input inputs[] = {{.path = hostile, .has_clock_offset = true},
				 {.path = "a.pcap"},
				 {.path = "a.jsonl", .is_log = true},
				 {.path = hostile, .is_log = true}};
	struct report r = {
		.inputs = inputs, .input_count = 4, .finding_count = 1};
	struct finding f = page_finding(9000);
	struct log_event bad = page_event;
	size_t len;
	char *page;

	(void)state;
	bad.process = bad.message = bad.call = bad.executable = hostile;
	bad.opened_by = hostile;
	f.event = &bad;
	f.seen = &seen;
	f.seen_len = 1;
	bad.log = 3;
	r.findings = &f;
	page = page_of_report(&r, &len);
	assert_null(strstr(page, "<img"));
	assert_null(strchr(page, '\x1b'));
	/* The page's own, and no other. */
	assert_int_equal(occurrences(page, "</script>"), 1);
	assert_non_null(strstr(page, "&lt;img src=x"));
	free(page);
}

static void every_element_that_opens_is_closed(void **state)
{
	static const char *const names[] = {
		"details", "summary", "section", "article", "table", "tr",
		"td",	   "ul",      "ol",	 "li",	    "svg",   "g",
		"p",	   "div",     "main",	 "body",    "html",
	};
	struct finding f[] = {page_finding(9000), page_finding(12000)};
	size_t len;
	char *page = page_of(f, 2, "a.pcap", &len);

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		char open[32], plain[32], close[32];

		snprintf(open, sizeof(open), "<%s ", names[i]);
		snprintf(plain, sizeof(plain), "<%s>", names[i]);
		snprintf(close, sizeof(close), "</%s>", names[i]);
		if (occurrences(page, open) + occurrences(page, plain) !=
		    occurrences(page, close))
			fail_msg("%s is not balanced", names[i]);
	}
	free(page);
}

static void ten_thousand_resets_are_grouped_and_folded(void **state)
{
	struct finding *f = calloc(MANY, sizeof(*f));
	size_t len;
	char *page;

	(void)state;
	for (size_t i = 0; i < MANY; i++)
		f[i] = page_finding(9000 + i * 1000000);
	page = page_of(f, MANY, "a.pcap", &len);
	assert_int_equal(occurrences(page, "class=\"group\""), 1);
	assert_int_equal(occurrences(page, "class=\"ladder\""), HTML_TOLD);
	assert_non_null(strstr(page, "9990 more like these"));
	assert_in_range(len, 1, 4000000);
	free(page);
	free(f);
}

/* A port scan: each port is a kind of its own. */
static void of_ten_thousand_kinds_the_largest_are_told(void **state)
{
	struct finding *f = calloc(MANY, sizeof(*f));
	size_t len;
	char *page;

	(void)state;
	for (size_t i = 0; i < MANY; i++) {
		f[i] = page_finding(9000 + i * 1000000);
		f[i].event = NULL;
		f[i].source.port = (uint16_t)(1 + i);
	}
	page = page_of(f, MANY, "a.pcap", &len);
	assert_int_equal(occurrences(page, "class=\"group\""), HTML_GROUPS);
	assert_int_equal(occurrences(page, "<tr>"), 1 + HTML_GROUPS);
	assert_int_equal(occurrences(page, "<li>"
					   "<span class=\"swatch"),
			 MANY - HTML_GROUPS);
	assert_non_null(strstr(page, ">9800 more kinds<"));
	assert_in_range(len, 1, 4000000);
	free(page);
	free(f);
}

static void other_calls_are_other_groups_but_not_other_peers(void **state)
{
	struct finding f[] = {page_finding(1000), page_finding(2000),
			      page_finding(3000)};
	struct log_event other = page_event;
	size_t len;
	char *page;

	(void)state;
	other.call = "dup2";
	f[1].event = &other;
	f[2].destination.ip[3] = 9;
	page = page_of(f, 3, "a.pcap", &len);
	assert_int_equal(occurrences(page, "class=\"group\""), 2);
	assert_int_equal(occurrences(page, ">2 hosts</td>"), 1);
	free(page);
}

static void what_is_lost_is_summed_up_in_bytes(void **state)
{
	struct finding f[] = {page_finding(1000), page_finding(2000)};
	struct log_event loss = page_event;
	size_t len;
	char *page;

	(void)state;
	loss.have = RST_HAVE_UNREAD | RST_HAVE_UNACKED;
	loss.unread = 11;
	loss.unacked = 300;
	f[0].event = f[1].event = &loss;
	page = page_of(f, 2, "a.pcap", &len);
	assert_non_null(strstr(page, ">Unread bytes</th>"));
	assert_non_null(strstr(page, ">22</td>"));
	assert_non_null(strstr(page, ">600</td>"));
	free(page);
}

/* Ten thousand times the same twenty lines are no news. */
static void a_stack_is_written_once_of_those_alike(void **state)
{
	static const struct log_frame here[] = {{"/none/app", NULL, 0x10},
						{"/none/app", NULL, 0x20}};
	static const struct log_frame there[] = {{"/none/app", NULL, 0x10},
						 {"/none/app", NULL, 0x30}};
	struct finding f[] = {page_finding(1000), page_finding(2000),
			      page_finding(3000)};
	struct log_event calls[] = {page_event, page_event, page_event};
	size_t len;
	char *page;

	(void)state;
	for (int i = 0; i < 3; i++) {
		calls[i].stack = i == 2 ? there : here;
		calls[i].stack_len = 2;
		f[i].event = &calls[i];
	}
	page = page_of(f, 3, "a.pcap", &len);
	assert_int_equal(occurrences(page, "class=\"group\""), 1);
	assert_int_equal(occurrences(page, "<ol class=\"stack\""), 2);
	assert_int_equal(occurrences(page, "class=\"same\""), 1);
	assert_int_equal(occurrences(page, "app+0x30"), 1);
	free(page);
}

static void a_column_of_nothing_is_left_out(void **state)
{
	struct finding f = page_finding(9000);
	size_t len;
	char *page;

	(void)state;
	f.event = NULL;
	page = page_of(&f, 1, "a.pcap", &len);
	assert_null(strstr(page, ">Program</th>"));
	assert_null(strstr(page, ">Unread bytes</th>"));
	assert_non_null(strstr(page, ">Peer</th>"));
	free(page);
}

static void what_to_change_is_said_of_the_most_frequent(void **state)
{
	struct finding f[] = {page_finding(1000), page_finding(2000),
			      page_finding(3000)};
	struct log_event other = page_event;
	size_t len;
	char *page, *changes;

	(void)state;
	other.call = "dup2";
	f[0].event = &other;
	page = page_of(f, 3, "a.pcap", &len);
	changes = strstr(page, "class=\"changes\"");
	assert_non_null(changes);
	assert_non_null(strstr(changes, "<b>2\u00d7</b>"));
	assert_true(strstr(changes, "server close()") <
		    strstr(changes, "server dup2()"));
	assert_non_null(strstr(changes, "Read to end of file"));
	free(page);
}

/* The numbers and times beside the bars of findings so far apart. */
static void assert_scale(uint64_t span_ns, const char *first, const char *last)
{
	struct finding f[] = {page_finding(9000), page_finding(9000 + span_ns)};
	size_t len;
	char *page = page_of(f, 2, "a.pcap", &len), *ticks;

	ticks = strstr(page, "class=\"ticks\"");
	assert_non_null(strstr(page, "class=\"height\""));
	assert_non_null(ticks);
	ticks[strcspn(ticks, "\n")] = '\0';
	assert_non_null(strstr(ticks, first));
	assert_non_null(strstr(ticks, last));
	assert_in_range(occurrences(ticks, ">+"), 2, 4);
	free(page);
}

static void the_time_line_is_marked_at_round_times(void **state)
{
	(void)state;
	assert_scale(4322000000, ">+1 s<", ">+4 s<");
	assert_scale(604000000, ">+200 ms<", ">+400 ms<");
	assert_scale(2700000, ">+1 ms<", ">+2 ms<");
	assert_scale(3600ULL * 1000000000, ">+20 min<", ">+40 min<");
	assert_scale(86400ULL * 1000000000, ">+10 h<", ">+20 h<");
	assert_scale(UINT64_MAX - 9000, ">+2000000 h<", ">+4000000 h<");
}

/* As the packets were in truth, not as the clock of a file has them. */
static void the_time_line_has_one_clock(void **state)
{
	const uint64_t ahead_ns = 3600ULL * 1000000000;
	struct finding f[] = {page_finding(9000), page_finding(9050 + ahead_ns),
			      page_finding(9100)};
	struct input inputs[] = {{.path = "a"}, {.path = "b"}};
	const struct report r = {.inputs = inputs,
				 .input_count = 2,
				 .findings = f,
				 .finding_count = 3};
	size_t len;
	char *page, *line;

	(void)state;
	f[1].frame.capture = 1;
	inputs[1].clock_offset_ns = -(int64_t)ahead_ns;
	page = page_of_report(&r, &len);
	line = strstr(page, "within 100 ns, at most 1 in one of 60");
	assert_non_null(line);
	line[strcspn(line, "\n")] = '\0';
	assert_int_equal(occurrences(line, "<rect"), 3);
	free(page);
}

static void what_came_at_once_has_no_time_line(void **state)
{
	struct finding f[] = {page_finding(9000), page_finding(9000)};
	size_t len;
	char *page = page_of(f, 2, "a.pcap", &len);

	(void)state;
	assert_null(strstr(page, "class=\"timeline\""));
	free(page);
}

static void no_reset_is_a_page_too(void **state)
{
	size_t len;
	char *page = page_of(NULL, 0, "a.pcap", &len);

	(void)state;
	assert_non_null(strstr(page, "<b>0</b> resets"));
	assert_null(strstr(page, "class=\"timeline\""));
	free(page);
}

static void metrics_count_by_cause_program_and_verdict(void **state)
{
	struct finding f[] = {page_finding(1), page_finding(2), page_finding(3),
			      page_finding(4)};
	struct report r = {.findings = f, .finding_count = 4};
	struct log_event odd = page_event;
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	(void)state;
	odd.process = "a\"b\\c\nd";
	f[2].event = &odd;
	f[3].kind = FINDING_PREDICTION;
	assert_int_equal(prometheus_write(out, &r), 0);
	fclose(out);
	assert_non_null(strstr(text, "\nrstwatch_resets_total{cause=\"unread-"
				     "data\",program=\"server\",verdict=\""
				     "predicted\"} 2\n"));
	assert_non_null(strstr(text, "program=\"a\\\"b"));
	assert_null(strstr(text, "c\nd"));
	assert_non_null(strstr(text, "rstwatch_predictions_unmatched_total{"));
	assert_int_equal(occurrences(text, "# TYPE rstwatch_resets_total "), 1);
	free(text);
}

/* node_exporter refuses a file where two lines have the same labels. */
static void no_two_metrics_have_the_same_labels(void **state)
{
	struct finding f[] = {page_finding(1), page_finding(2), page_finding(3),
			      page_finding(4)};
	struct report r = {.findings = f, .finding_count = 4};
	struct log_event e[] = {page_event, page_event, page_event, page_event};
	char *text = NULL;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	(void)state;
	e[0].process = "payment-gateway-settlement-reconciliation-worker-"
		       "for-region-eu-1";
	e[1].process = "payment-gateway-settlement-reconciliation-worker-"
		       "for-region-us-1";
	e[2].process = "a\nb";
	e[3].process = "a\\x0ab";
	for (int i = 0; i < 4; i++)
		f[i].event = &e[i];
	assert_int_equal(prometheus_write(out, &r), 0);
	fclose(out);
	assert_int_equal(
		occurrences(text, "-eu-1\",verdict=\"predicted\"} 1\n"), 1);
	assert_int_equal(
		occurrences(text, "-us-1\",verdict=\"predicted\"} 1\n"), 1);
	assert_int_equal(
		occurrences(text, "\"a\\\\x0ab\",verdict=\"predicted\"} 2\n"),
		1);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_reset_is_told_with_call_diagram_and_evidence),
		cmocka_unit_test(
			the_call_stands_before_the_reset_that_it_caused),
		cmocka_unit_test(nothing_untrusted_becomes_markup),
		cmocka_unit_test(every_element_that_opens_is_closed),
		cmocka_unit_test(ten_thousand_resets_are_grouped_and_folded),
		cmocka_unit_test(of_ten_thousand_kinds_the_largest_are_told),
		cmocka_unit_test(
			other_calls_are_other_groups_but_not_other_peers),
		cmocka_unit_test(what_is_lost_is_summed_up_in_bytes),
		cmocka_unit_test(a_stack_is_written_once_of_those_alike),
		cmocka_unit_test(a_column_of_nothing_is_left_out),
		cmocka_unit_test(what_to_change_is_said_of_the_most_frequent),
		cmocka_unit_test(the_time_line_is_marked_at_round_times),
		cmocka_unit_test(the_time_line_has_one_clock),
		cmocka_unit_test(what_came_at_once_has_no_time_line),
		cmocka_unit_test(no_reset_is_a_page_too),
		cmocka_unit_test(metrics_count_by_cause_program_and_verdict),
		cmocka_unit_test(no_two_metrics_have_the_same_labels),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
