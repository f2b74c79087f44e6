/* SPDX-License-Identifier: MIT */
/* test_path_resolve.c - what a path leads to, links and all. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "path_resolve.h"

static char dir[] = "/tmp/rstwatch-resolve-XXXXXX";

static void leads_to(const char *path, const char *expected)
{
	char real[PATH_MAX], whole[PATH_MAX + 64];

	snprintf(whole, sizeof(whole), "%s/%s", dir, expected);
	assert_int_equal(path_resolve(path, real), 0);
	assert_string_equal(real, *expected == '/' ? expected : whole);
}

static void a_file_is_named_without_links(void **state)
{
	FILE *f = fopen("file", "w");

	(void)state;
	assert_non_null(f);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(symlink(".", "here"), 0);
	assert_int_equal(symlink("here/file", "to_file"), 0);
	leads_to("here/./to_file", "file");
}

static void a_file_to_be_made_is_named_without_links(void **state)
{
	(void)state;
	assert_int_equal(symlink("new", "to_new"), 0);
	assert_int_equal(symlink("here/to_new", "to_that"), 0);
	leads_to("new", "new");
	leads_to("here/new", "new");
	leads_to("to_that", "new");
	leads_to("/new-at-the-root", "/new-at-the-root");
}

static void what_can_not_be_made_is_told(void **state)
{
	char real[PATH_MAX];

	(void)state;
	assert_int_equal(symlink("/nowhere/file", "to_nowhere"), 0);
	assert_int_equal(symlink("loop", "loop"), 0);
	assert_int_equal(path_resolve("to_nowhere", real), -ENOENT);
	assert_int_equal(path_resolve("loop", real), -ELOOP);
	assert_int_equal(path_resolve("file/new", real), -ENOTDIR);
	assert_int_equal(path_resolve("", real), -ENOENT);
}

static int dir_make(void **state)
{
	(void)state;
	return mkdtemp(dir) ? chdir(dir) : -1;
}

static int dir_remove(void **state)
{
	static const char *const names[] = {"file",   "here",	 "to_file",
					    "to_new", "to_that", "to_nowhere",
					    "loop"};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		unlink(names[i]);
	return chdir("/") || rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_is_named_without_links),
		cmocka_unit_test(a_file_to_be_made_is_named_without_links),
		cmocka_unit_test(what_can_not_be_made_is_told),
	};

	return cmocka_run_group_tests(tests, dir_make, dir_remove);
}
