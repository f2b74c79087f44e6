/* SPDX-License-Identifier: MIT */
/* test_cause.c - every cause has its slug, and every slug its cause. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "rstwatch/cause.h"

/* The table of contract.md section 2, typed again on purpose. */
static const struct {
	const char *slug;
	const char *sender;
} contract[] = {
	{"unread-data", "self"},       {"linger-zero", "self"},
	{"disconnect", "self"},	       {"unaccepted-connections", "self"},
	{"linger2-negative", "self"},  {"data-after-close", "peer"},
	{"refused", "peer"},	       {"peer-gone", "peer"},
	{"backlog-overflow", "peer"},  {"bad-handshake", "either"},
	{"keepalive-timeout", "self"}, {"out-of-memory", "self"},
	{"destroyed", "self"},	       {"abort", "self"},
	{"injected", "neither"},       {"unexplained", ""},
};

enum { CONTRACT_COUNT = sizeof(contract) / sizeof(contract[0]) };

static void the_causes_are_those_of_the_contract(void **state)
{
	(void)state;
	assert_int_equal(RST_CAUSE_COUNT, CONTRACT_COUNT + 1);
	for (int i = 0; i < CONTRACT_COUNT; i++) {
		enum rst_cause c = (enum rst_cause)(i + 1);
		enum rst_sender sender = rst_cause_sender(c);

		assert_string_equal(rst_cause_slug(c), contract[i].slug);
		assert_string_equal(rst_sender_name(sender),
				    contract[i].sender);
	}
}

/* They go into a record as they are. */
static void nothing_in_an_advice_needs_an_escape(void **state)
{
	(void)state;
	for (int i = 1; i < RST_CAUSE_COUNT; i++)
		for (const char *p = rst_cause_advice((enum rst_cause)i); *p;
		     p++)
			assert_true(*p >= ' ' && *p < 0x7f && *p != '"' &&
				    *p != '\\');
}

static void a_slug_finds_its_cause(void **state)
{
	(void)state;
	for (int i = 0; i < CONTRACT_COUNT; i++) {
		const char *slug = contract[i].slug;
		size_t len = strlen(slug);

		assert_int_equal(rst_cause_find(slug, len), i + 1);
		assert_int_equal(rst_cause_find(slug, len - 1), 0);
		assert_int_equal(rst_cause_find(slug, len + 1), 0);
	}
}

static void what_is_no_slug_finds_nothing(void **state)
{
	(void)state;
	assert_int_equal(rst_cause_find("", 0), RST_CAUSE_NONE);
	assert_int_equal(rst_cause_find("UNREAD-DATA", 11), RST_CAUSE_NONE);
	assert_int_equal(rst_cause_find("refused ", 8), RST_CAUSE_NONE);
}

static void a_number_out_of_range_has_no_slug(void **state)
{
	(void)state;
	assert_string_equal(rst_cause_slug(RST_CAUSE_NONE), "");
	assert_string_equal(rst_cause_slug(RST_CAUSE_COUNT), "");
	assert_string_equal(rst_cause_slug((enum rst_cause) - 1), "");
	assert_string_equal(rst_cause_advice(RST_CAUSE_COUNT), "");
	assert_string_equal(rst_sender_name((enum rst_sender)99), "");
	assert_string_equal(rst_certainty_name((enum rst_certainty)99), "");
}

static void an_advice_is_one_sentence(void **state)
{
	(void)state;
	for (int c = 1; c < RST_CAUSE_COUNT; c++) {
		const char *advice = rst_cause_advice((enum rst_cause)c);
		size_t len = strlen(advice);

		assert_true(len > 10);
		assert_int_equal(advice[len - 1], '.');
		assert_null(strchr(advice, '\n'));
		assert_null(strstr(advice, ". "));
	}
}

static void a_certainty_finds_itself_by_name(void **state)
{
	(void)state;
	for (int i = RST_POSSIBLE; i <= RST_CERTAIN; i++) {
		enum rst_certainty c = (enum rst_certainty)i;
		const char *name = rst_certainty_name(c);

		assert_int_equal(rst_certainty_find(name, strlen(name)), c);
		assert_int_equal(rst_certainty_find(name, 3), 0);
	}
	assert_int_equal(rst_certainty_find("", 0), RST_CERTAINTY_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_causes_are_those_of_the_contract),
		cmocka_unit_test(nothing_in_an_advice_needs_an_escape),
		cmocka_unit_test(a_slug_finds_its_cause),
		cmocka_unit_test(what_is_no_slug_finds_nothing),
		cmocka_unit_test(a_number_out_of_range_has_no_slug),
		cmocka_unit_test(an_advice_is_one_sentence),
		cmocka_unit_test(a_certainty_finds_itself_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
