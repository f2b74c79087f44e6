/* SPDX-License-Identifier: MIT */
/* test_suppress.c - what a suppression file leaves out, and what it refuses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "suppress.h"

static char path[] = "/tmp/rstwatch-suppress-XXXXXX";
static char why[SUPPRESS_ERROR_MAX];
static struct log_event event = {.process = "nginx-worker", .call = "close"};

static struct suppressions *read_text(const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
	why[0] = '\0';
	return suppressions_read(path, why);
}

static void refused(const char *text, const char *expected)
{
	assert_null(read_text(text));
	if (!strstr(why, expected))
		fail_msg("\"%s\" does not say \"%s\"", why, expected);
}

/* How many of one finding remain: it is from 10.1.2.3:8080 to [fe80::1]:9. */
static size_t left_by(const char *entry)
{
	struct finding f = {
		.kind = FINDING_RESET,
		.cause = RST_CAUSE_UNREAD_DATA,
		.event = &event,
		.source = {.ip = {10, 1, 2, 3}, .port = 8080, .family = 4},
		.destination = {.ip = {0xfe, 0x80, [15] = 1},
				.port = 9,
				.family = 6},
	};
	struct report r = {.findings = &f, .finding_count = 1};
	struct places *places = places_new();
	struct suppressions *s;
	char text[512];

	snprintf(text, sizeof(text), "{\n name\n%s\n}\n", entry);
	s = read_text(text);
	if (!s)
		fail_msg("%s", why);
	suppressions_apply(s, &r, places);
	suppressions_free(s);
	places_free(places);
	return r.finding_count;
}

static void what_an_entry_names_is_left_out(void **state)
{
	(void)state;
	assert_int_equal(left_by("cause: unread-data"), 0);
	assert_int_equal(left_by("program: nginx*"), 0);
	assert_int_equal(left_by("call: close"), 0);
	assert_int_equal(left_by("port: 8080"), 0);
	assert_int_equal(left_by("port: 9"), 0);
	assert_int_equal(left_by("address: 10.1.2.3"), 0);
	assert_int_equal(left_by("address: 10.0.0.0/8"), 0);
	assert_int_equal(left_by("address: 10.1.2.0/30"), 0);
	assert_int_equal(left_by("address: fe80::/10"), 0);
	assert_int_equal(left_by("cause: unread-data\n\tport: 9\n"), 0);
}

static void all_of_an_entry_must_hold(void **state)
{
	(void)state;
	assert_int_equal(left_by("cause: linger-zero"), 1);
	assert_int_equal(left_by("program: nginx"), 1);
	assert_int_equal(left_by("call: dup2"), 1);
	assert_int_equal(left_by("port: 80"), 1);
	assert_int_equal(left_by("address: 10.1.2.4"), 1);
	assert_int_equal(left_by("address: 10.1.2.4/30"), 1);
	assert_int_equal(left_by("address: fe80::/128"), 1);
	assert_int_equal(left_by("cause: unread-data\nport: 80"), 1);
	assert_int_equal(left_by("function: main"), 1);
}

static void errors_name_line_and_what_was_expected(void **state)
{
	(void)state;
	refused("name\n", ":1: expected {");
	refused("{\nname\ncause: nonsense\n}\n", ":3: expected a cause");
	refused("{\nname\nport: 99999\n}\n", ":3: expected a port");
	refused("{\nname\naddress: 10.0.0.0/33\n}\n", ":3: expected an addr");
	refused("{\nname\naddress: somewhere\n}\n", ":3: expected an addr");
	refused("{\nname\nwho: me\n}\n", ":3: expected cause:");
	refused("{\n}\n", ":2: expected a name");
	refused("# c\n\n{\nname\n", ":4: expected } before the end");
	assert_null(suppressions_read("/nowhere/file", why));
	assert_non_null(strstr(why, "/nowhere/file: No such file"));
}

static void unused_entries_are_told(void **state)
{
	struct suppressions *s =
		read_text("# comment\n{\n old \x1b one\n port: 1\n}\n");
	char *text;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	(void)state;
	assert_non_null(s);
	suppressions_tell(s, out);
	fclose(out);
	assert_non_null(strstr(text, ":2: unused suppression \"old \\x1b one"));
	free(text);
	suppressions_free(s);
}

static int file_make(void **state)
{
	int fd = mkstemp(path);

	(void)state;
	return fd < 0 ? -1 : close(fd);
}

static int file_remove(void **state)
{
	(void)state;
	return unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_an_entry_names_is_left_out),
		cmocka_unit_test(all_of_an_entry_must_hold),
		cmocka_unit_test(errors_name_line_and_what_was_expected),
		cmocka_unit_test(unused_entries_are_told),
	};

	return cmocka_run_group_tests(tests, file_make, file_remove);
}
