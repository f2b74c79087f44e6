/* SPDX-License-Identifier: MIT */
/* test_html_where.c - files, frames, lines, clocks and days on the page. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "html_case.h"

static struct input many_inputs[] = {
	{.path = "/tmp/1/a.pcap"}, {.path = "/tmp/1/a.jsonl", .is_log = true},
	{.path = "/tmp/1/b.pcap"}, {.path = "/tmp/2/a.jsonl", .is_log = true},
	{.path = "/tmp/2/b.pcap"},
};

/* The page of n findings in many captures and logs. */
static char *page_of_many(struct finding *findings, size_t n)
{
	const struct report r = {.inputs = many_inputs,
				 .input_count = 5,
				 .findings = findings,
				 .finding_count = n};
	size_t len;

	return page_of_report(&r, &len);
}

static void of_one_capture_and_one_log_the_names_stand_once(void **state)
{
	struct finding f[] = {page_finding(9000), page_finding(12000)};
	size_t len;
	char *page = page_of(f, 2, "a.pcap", &len);

	(void)state;
	assert_int_equal(occurrences(page, "<small>frame\u00a05</small>"), 2);
	assert_int_equal(occurrences(page,
				     "<h4>The call <small>line\u00a03 of the "
				     "log</small></h4>"),
			 2);
	assert_int_equal(occurrences(page, "a.pcap"), 1);
	assert_int_equal(occurrences(page, "a.jsonl"), 1);
	free(page);
}

static void of_many_files_each_frame_and_line_names_its_own(void **state)
{
	struct finding f[] = {page_finding(9000), page_finding(12000),
			      page_finding(15000)};
	struct log_event other = page_event;
	char *page;

	(void)state;
	f[1].frame = (struct frame){5, 4};
	f[1].received = &other;
	f[2].kind = FINDING_PREDICTION;
	f[2].event = &other;
	f[2].frame.number = 0;
	other.log = 3;
	page = page_of_many(f, 3);
	assert_non_null(strstr(page, "<small>frame\u00a05 of a.pcap</small>"));
	assert_non_null(
		strstr(page, "<small>frame\u00a05 of /tmp/2/b.pcap</small>"));
	assert_int_equal(occurrences(page, "<h4>The call <small>line\u00a03 of "
					   "/tmp/1/a.jsonl</small></h4>"),
			 2);
	assert_non_null(strstr(page, "<h4>Who was told <small>line\u00a03 of "
				     "/tmp/2/a.jsonl</small></h4>"));
	/* Where no frame stands in the title, the line does. */
	assert_non_null(strstr(page, "</span> <small>line\u00a03 of /tmp/2/"
				     "a.jsonl</small></summary>"));
	assert_non_null(strstr(page, "<h4>The call</h4>"));
	free(page);
}

static void the_rest_of_a_kind_say_where_they_stand_too(void **state)
{
	enum { N = HTML_TOLD + 2 };
	struct finding f[N];
	char *page;

	(void)state;
	for (size_t i = 0; i < N; i++)
		f[i] = page_finding(9000 + i);
	f[N - 1].frame = (struct frame){5, 4};
	page = page_of_many(f, N);
	assert_non_null(strstr(page, "<small>frame\u00a05 of /tmp/2/b.pcap"
				     "</small></li>"));
	free(page);
}

static void where_else_a_reset_was_seen_is_said(void **state)
{
	const struct sighting seen[] = {
		{{7, 2}, 9100, page_server, page_client},
		{{8, 4}, 9200, {{192, 0, 2, 1}, 80, 4, 0}, page_client},
	};
	struct finding f[] = {page_finding(9000), page_finding(12000)};
	char *page;

	(void)state;
	f[1].seen = seen;
	f[1].seen_len = 2;
	page = page_of_many(f, 2);
	assert_int_equal(occurrences(page, "Also seen"), 1);
	assert_non_null(strstr(page,
			       "Also seen as frame\u00a07 of /tmp/1/b.pcap, "
			       "frame\u00a08 of /tmp/2/b.pcap from <span "
			       "class=\"ends\">192.0.2.1:80</span>.</p>"));
	free(page);
}

/* The page of a reset; the clocks of the last so many inputs are ahead. */
static char *page_of_clocks(size_t n)
{
	struct finding f = page_finding(9000);
	char *page;

	for (size_t i = 5 - n; i < 5; i++) {
		many_inputs[i].clock_offset_ns = -3700000000;
		many_inputs[i].has_clock_offset = true;
	}
	page = page_of_many(&f, 1);
	for (size_t i = 0; i < 5; i++) {
		many_inputs[i].clock_offset_ns = 0;
		many_inputs[i].has_clock_offset = false;
	}
	return page;
}

static void clocks_that_differ_are_told(void **state)
{
	char *page = page_of_clocks(2);

	(void)state;
	assert_non_null(strstr(page, "<li>The clock of /tmp/2/a.jsonl is 3.7 s "
				     "ahead of that of the capture; its times "
				     "are shifted.</li>"));
	assert_non_null(strstr(page, "<li>The clock of /tmp/2/b.pcap is 3.7 s "
				     "ahead of that of the first capture.</"));
	assert_null(strstr(page, "clocks that differ"));
	free(page);
	page = page_of_clocks(4);
	assert_non_null(strstr(page, "<summary>4 clocks that differ<"));
	assert_int_equal(occurrences(page, "<li>The clock of "), 4);
	free(page);
	page = page_of_clocks(0);
	assert_null(strstr(page, "The clock"));
	free(page);
}

static void times_have_their_day_where_there_is_more_than_one(void **state)
{
	const uint64_t day_ns = 86400ULL * 1000000000;
	struct finding f[] = {page_finding(9000),
			      page_finding(9000 + 2 * day_ns)};
	size_t len;
	char *page = page_of(f, 2, "a.pcap", &len);

	(void)state;
	assert_non_null(strstr(page, "1970-01-01, 00:00:00 to 1970-01-03, "
				     "00:00:00 UTC<"));
	/* In its title, and beside the time line. */
	assert_int_equal(
		occurrences(page, ">1970-01-01 00:00:00.000009</time>"), 2);
	assert_int_equal(
		occurrences(page, ">1970-01-03 00:00:00.000009</time>"), 2);
	free(page);

	f[1].ts_ns = 9000 + day_ns / 2;
	page = page_of(f, 2, "a.pcap", &len);
	assert_non_null(strstr(page, "1970-01-01, 00:00:00 to 12:00:00 UTC<"));
	assert_int_equal(occurrences(page, ">00:00:00.000009</time>"), 2);
	assert_int_equal(occurrences(page, ">12:00:00.000009</time>"), 2);
	free(page);
}

/* A capture whose clock is of another day than the time line's. */
static void a_time_of_another_day_by_its_own_clock_has_it_too(void **state)
{
	const uint64_t day_ns = 86400ULL * 1000000000;
	struct finding f = page_finding(9000 + day_ns);
	char *page;

	(void)state;
	f.frame.capture = 4;
	many_inputs[4].clock_offset_ns = -(int64_t)day_ns;
	page = page_of_many(&f, 1);
	many_inputs[4].clock_offset_ns = 0;
	assert_non_null(strstr(page, "\"period\">1970-01-01, 00:00:00 UTC<"));
	assert_non_null(strstr(page, ">1970-01-02 00:00:00.000009</time>"));
	free(page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			of_one_capture_and_one_log_the_names_stand_once),
		cmocka_unit_test(
			of_many_files_each_frame_and_line_names_its_own),
		cmocka_unit_test(the_rest_of_a_kind_say_where_they_stand_too),
		cmocka_unit_test(where_else_a_reset_was_seen_is_said),
		cmocka_unit_test(clocks_that_differ_are_told),
		cmocka_unit_test(
			times_have_their_day_where_there_is_more_than_one),
		cmocka_unit_test(
			a_time_of_another_day_by_its_own_clock_has_it_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
