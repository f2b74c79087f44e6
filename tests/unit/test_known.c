/* SPDX-License-Identifier: MIT */
/* test_known.c - what is remembered of a descriptor never outlives it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "known.h"

enum { PROCESS = 100, THREAD = 101, OTHER = 200, FD = 5 };

static int forget(void **state)
{
	(void)state;
	known_closing_all(THREAD);
	known_goes_on(THREAD);
	return 0;
}

static void what_a_write_found_holds_until_the_close(void **state)
{
	(void)state;
	known_learn(PROCESS, THREAD, FD, KNOWN_OTHER);
	assert_int_equal(known_find(PROCESS, FD), KNOWN_OTHER);
	assert_int_equal(known_find(OTHER, FD), KNOWN_NOT);
	assert_int_equal(known_find(PROCESS, FD + 1), KNOWN_NOT);
	known_closing(THREAD, FD);
	assert_int_equal(known_find(PROCESS, FD), KNOWN_NOT);
}

static void a_close_by_any_process_counts(void **state)
{
	(void)state;
	known_learn(PROCESS, THREAD, FD, KNOWN_TCP);
	known_closing(OTHER, FD);
	assert_int_equal(known_find(PROCESS, FD), KNOWN_NOT);
}

static void nothing_is_learned_while_a_close_is_under_way(void **state)
{
	(void)state;
	known_closing(THREAD, FD);
	known_learn(PROCESS, PROCESS, FD, KNOWN_OTHER);
	assert_int_equal(known_find(PROCESS, FD), KNOWN_NOT);
	known_goes_on(OTHER);
	known_learn(PROCESS, PROCESS, FD, KNOWN_OTHER);
	assert_int_equal(known_find(PROCESS, FD), KNOWN_NOT);
	known_goes_on(THREAD);
	known_learn(PROCESS, PROCESS, FD, KNOWN_OTHER);
	assert_int_equal(known_find(PROCESS, FD), KNOWN_OTHER);
}

static void a_close_of_many_forgets_all_of_them(void **state)
{
	(void)state;
	known_learn(PROCESS, THREAD, FD, KNOWN_OTHER);
	known_learn(PROCESS, THREAD, FD + 1, KNOWN_TCP);
	known_closing_all(THREAD);
	known_learn(PROCESS, PROCESS, FD, KNOWN_OTHER);
	assert_int_equal(known_find(PROCESS, FD), KNOWN_NOT);
	assert_int_equal(known_find(PROCESS, FD + 1), KNOWN_NOT);
}

static void the_next_process_of_a_number_is_another(void **state)
{
	(void)state;
	known_learn(PROCESS, THREAD, FD, KNOWN_OTHER);
	known_forget(PROCESS);
	assert_int_equal(known_find(PROCESS, FD), KNOWN_NOT);
}

#define TEST(f) cmocka_unit_test_setup(f, forget)

static void what_is_plain_is_so_until_an_option_is_set(void **state)
{
	(void)state;
	known_learn(PROCESS, THREAD, FD, KNOWN_PLAIN);
	assert_int_equal(known_find(PROCESS, FD), KNOWN_PLAIN);
	known_options_change();
	assert_int_equal(known_find(PROCESS, FD), KNOWN_TCP);
	known_learn(PROCESS, THREAD, FD + 1, KNOWN_PLAIN);
	assert_int_equal(known_find(PROCESS, FD + 1), KNOWN_TCP);
	known_learn(PROCESS, THREAD, FD + 2, KNOWN_OTHER);
	assert_int_equal(known_find(PROCESS, FD + 2), KNOWN_OTHER);
}

static void what_was_sent_was_sent_on_that_descriptor(void **state)
{
	(void)state;
	known_sends(PROCESS, FD, 5000);
	assert_false(known_has_sent(PROCESS, FD, 4000));
	known_learn(PROCESS, THREAD, FD, KNOWN_TCP);
	known_sends(PROCESS, FD, 5000);
	assert_true(known_has_sent(PROCESS, FD, 4000));
	assert_false(known_has_sent(PROCESS, FD, 5001));
	assert_false(known_has_sent(OTHER, FD, 4000));
	known_closing(THREAD, FD);
	known_learn(PROCESS, THREAD, FD, KNOWN_TCP);
	assert_false(known_has_sent(PROCESS, FD, 4000));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_a_write_found_holds_until_the_close),
		TEST(a_close_by_any_process_counts),
		TEST(nothing_is_learned_while_a_close_is_under_way),
		TEST(a_close_of_many_forgets_all_of_them),
		TEST(the_next_process_of_a_number_is_another),
		TEST(what_was_sent_was_sent_on_that_descriptor),
		/* The last one: it can't be taken back. */
		TEST(what_is_plain_is_so_until_an_option_is_set),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
