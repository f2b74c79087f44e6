/* SPDX-License-Identifier: MIT */
/* test_html_where.c - files, frames and lines on the page. */
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			of_one_capture_and_one_log_the_names_stand_once),
		cmocka_unit_test(
			of_many_files_each_frame_and_line_names_its_own),
		cmocka_unit_test(the_rest_of_a_kind_say_where_they_stand_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
