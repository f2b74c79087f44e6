/* SPDX-License-Identifier: MIT */
/* verdict_rows.c - runs a table of facts and verdicts as one test a row. */
#include "verdict_rows.h"

#include <stdio.h>

static void row_gives_its_verdict(void **state)
{
	const struct row *r = *state;
	struct rst_verdict v = rst_verdict(&r->act, &r->facts);

	assert_string_equal(rst_cause_slug(v.cause),
			    rst_cause_slug(r->want.cause));
	assert_int_equal(v.certainty, r->want.certainty);
	assert_int_equal(v.sender, r->want.sender);
}

/* A fact that is taken away may hide a reset, but never makes one certain. */
static void row_without_a_fact_is_never_surer(void **state)
{
	const struct row *r = *state;

	for (unsigned bit = 1; bit <= RST_HAVE_WINDOW; bit <<= 1) {
		struct rst_facts f = r->facts;

		f.have &= ~bit;
		if (rst_verdict(&r->act, &f).certainty == RST_CERTAIN)
			assert_int_equal(r->want.certainty, RST_CERTAIN);
	}
}

enum { ROWS_MAX = 256 };

int verdict_rows_run(const struct row *rows, size_t n)
{
	static struct CMUnitTest tests[2 * ROWS_MAX];
	static char names[ROWS_MAX][128];

	assert_true(n <= ROWS_MAX);
	for (size_t i = 0; i < n; i++) {
		void *row = (void *)(uintptr_t)&rows[i];

		snprintf(names[i], sizeof(names[i]), "%s/without_a_fact",
			 rows[i].name);
		tests[2 * i].name = rows[i].name;
		tests[2 * i].test_func = row_gives_its_verdict;
		tests[2 * i].initial_state = row;
		tests[2 * i + 1].name = names[i];
		tests[2 * i + 1].test_func = row_without_a_fact_is_never_surer;
		tests[2 * i + 1].initial_state = row;
	}
	return _cmocka_run_group_tests("verdict", tests, 2 * n, NULL, NULL);
}
