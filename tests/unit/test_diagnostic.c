/* SPDX-License-Identifier: MIT */
/* test_diagnostic.c - payloads of resets that say why, and that don't. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "diagnostic.h"

/* What the bytes say, "" if they are no such payload. */
static const char *said(const char *bytes, size_t kept, size_t len)
{
	static char buf[256];
	struct rst_text t = rst_text_on(buf, sizeof(buf) - 1);
	struct diagnostic d;

	if (diagnostic_read((const uint8_t *)bytes, kept, len, &d))
		diagnostic_write(&t, &d);
	buf[t.len] = '\0';
	return buf;
}

#define SAYS(bytes, expected) \
	assert_string_equal(said(bytes, sizeof(bytes) - 1, sizeof(bytes) - 1), \
			    expected)

static void the_compact_form_is_read(void **state)
{
	(void)state;
	SAYS("\x33\xaa\x00\x0e\0\0\0\0", "connection timeout (code 14)");
	SAYS("\x33\xaa\x04\xd2\x00\x00\x7e\xd9", "(code 1234 of vendor 32473)");
	SAYS("\x33\xaa\x00\x63\0\0\0\0", "(code 99)");
}

static void the_cbor_form_is_read(void **state)
{
	(void)state;
	SAYS("\xa1\x01\x02", "desynchronized state (code 2)");
	SAYS("\x19\x30\x39\xa1\x01\x08", "malformed message (code 8)");
	SAYS("\x82\x19\x30\x39\xa2\x01\x19\x04\xd2\x02\x19\x7e\xd9",
	     "(code 1234 of vendor 32473)");
	SAYS("\x19\x30\x39\xa1\x03\x64"
	     "idle",
	     "\"idle\"");
}

static void its_text_is_escaped(void **state)
{
	(void)state;
	SAYS("\xa1\x03\x63"
	     "a\x1b[",
	     "\"a\\x1b[\"");
}

static void a_text_longer_than_what_was_kept_is_cut(void **state)
{
	(void)state;
	assert_string_equal(said("\xa1\x03\x6aidle", 7, 13), "\"idle\"");
	assert_string_equal(said("\xa1\x03\x6aidle", 7, 12), "");
}

static void anything_else_is_not_taken_for_one(void **state)
{
	(void)state;
	SAYS("", "");
	SAYS("Go away.", "");
	SAYS("\x33\xaa\0\0\0\0\0\0", "");
	SAYS("\x33\xaa\x00\x0e\0\0\0", "");
	SAYS("\xa0", "");
	SAYS("\xa1\x01", "");
	SAYS("\xa1\x02\x05", "");
	SAYS("\xa1\x01\x02\x00", "");
	SAYS("\xa1\x01\x1f", "");
	SAYS("\xa1\x01\x1b\0\0\0", "");
	SAYS("\xa2\x03\x60\x03\x60", "");
	SAYS("\xa1\x03\x7b\xff\xff\xff\xff\xff\xff\xff\xff", "");
	SAYS("<html>", "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_compact_form_is_read),
		cmocka_unit_test(the_cbor_form_is_read),
		cmocka_unit_test(its_text_is_escaped),
		cmocka_unit_test(a_text_longer_than_what_was_kept_is_cut),
		cmocka_unit_test(anything_else_is_not_taken_for_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
