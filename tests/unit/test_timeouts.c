/* SPDX-License-Identifier: MIT */
/* test_timeouts.c - silences that are as long as a well-known timeout. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "classify_case.h"
#include "timeouts.h"

static const uint64_t S = 1000000000;

static void the_usual_timeouts_are_known(void **state)
{
	static const uint32_t usual[] = {5, 60, 75, 240, 350, 600, 3600, 7200};

	(void)state;
	for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++) {
		assert_int_equal(timeout_find(usual[i] * S), usual[i]);
		assert_int_equal(timeout_find(usual[i] * S + S / 10), usual[i]);
		assert_true(strlen(timeout_name(usual[i])) > 10);
	}
}

static void other_silences_are_no_timeouts(void **state)
{
	static const uint32_t others[] = {1,   4,   7,	 50,  58,  90,	 200,
					  230, 340, 400, 580, 700, 3500, 5000};

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_int_equal(timeout_find(others[i] * S), 0);
}

/* How a reset after so long a silence is told. */
static const char *told_after(double seconds)
{
	static char buf[2048];
	struct rst_text text = rst_text_on(buf, sizeof(buf) - 1);
	struct finding f;

	established();
	talk_wait(&t, seconds);
	f = classify(talk_abort(&t, SERVER), NULL);
	for (unsigned i = 0; i < f.evidence_len; i++)
		evidence_write(&text, &f, i);
	buf[text.len] = '\0';
	return buf;
}

static void a_known_silence_is_said_in_words(void **state)
{
	(void)state;
	assert_non_null(strstr(told_after(350), "Nothing was sent for 350 s "
						"before, as long as the idle "
						"timeout of AWS's Network"));
}

static void an_unknown_silence_is_said_without(void **state)
{
	(void)state;
	assert_non_null(
		strstr(told_after(333), "Nothing was sent for 333 s before."));
}

static void a_short_silence_is_not_said(void **state)
{
	(void)state;
	assert_null(strstr(told_after(0.5), "Nothing was sent"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_usual_timeouts_are_known),
		cmocka_unit_test(other_silences_are_no_timeouts),
		TEST(a_known_silence_is_said_in_words),
		TEST(an_unknown_silence_is_said_without),
		TEST(a_short_silence_is_not_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
