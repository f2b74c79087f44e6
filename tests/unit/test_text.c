/* SPDX-License-Identifier: MIT */
/* test_text.c - text in a fixed buffer: never too long, never half, safe. */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>
#include <json-c/json.h>

#include "rstwatch/text.h"

static char buf[4096];
static struct rst_text text;

/* What was written, as a string; the next append starts anew. */
static const char *taken(void)
{
	assert_false(text.cut);
	assert_true(text.len < sizeof(buf));
	buf[text.len] = '\0';
	text = rst_text_on(buf, sizeof(buf));
	return buf;
}

static int fresh(void **state)
{
	(void)state;
	text = rst_text_on(buf, sizeof(buf));
	return 0;
}

static void numbers_are_those_of_printf(void **state)
{
	static const uint64_t numbers[] = {
		0, 1, 9, 10, 4294967296, INT64_MAX, UINT64_MAX,
	};
	char expected[32];

	(void)state;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		int64_t n = (int64_t)numbers[i];

		snprintf(expected, sizeof(expected), "%lu", numbers[i]);
		rst_text_u64(&text, numbers[i]);
		assert_string_equal(taken(), expected);
		snprintf(expected, sizeof(expected), "%ld", n);
		rst_text_i64(&text, n);
		assert_string_equal(taken(), expected);
		snprintf(expected, sizeof(expected), "%09lu", numbers[i]);
		rst_text_padded(&text, numbers[i], 9);
		assert_string_equal(taken(), expected);
	}
	rst_text_i64(&text, INT64_MIN);
	assert_string_equal(taken(), "-9223372036854775808");
	rst_text_padded(&text, 7, 99);
	assert_string_equal(taken(), "00000000000000000007");
}

static void hex_is_two_digits_a_byte(void **state)
{
	(void)state;
	rst_text_hex(&text, (const uint8_t *)"\x00\x9f\xff", 3);
	assert_string_equal(taken(), "009fff");
	rst_text_hex(&text, NULL, 0);
	assert_string_equal(taken(), "");
}

static void check_ipv6(const uint8_t ip[16])
{
	struct rst_addr a = {.family = 6, .port = 443};
	char expected[INET6_ADDRSTRLEN], endpoint[INET6_ADDRSTRLEN + 8];

	memcpy(a.ip, ip, 16);
	assert_non_null(inet_ntop(AF_INET6, ip, expected, sizeof(expected)));
	rst_text_ip(&text, &a);
	assert_string_equal(taken(), expected);
	snprintf(endpoint, sizeof(endpoint), "[%s]:443", expected);
	rst_text_endpoint(&text, &a);
	assert_string_equal(taken(), endpoint);
}

/* Every pattern of zero words, small and large words beside them. */
static void ipv6_addresses_read_as_from_inet_ntop(void **state)
{
	static const uint16_t words[] = {0x1, 0xab, 0xdb8, 0x2001};

	(void)state;
	for (unsigned zeros = 0; zeros < 256; zeros++) {
		for (unsigned k = 0; k < 4; k++) {
			uint8_t ip[16] = {0};

			for (unsigned i = 0; i < 8; i++) {
				uint16_t word = words[(i + k) % 4];

				if (zeros >> i & 1)
					continue;
				ip[2 * i] = word >> 8;
				ip[2 * i + 1] = word & 0xff;
			}
			check_ipv6(ip);
		}
	}
}

static void ipv4_and_unknown_addresses_are_written(void **state)
{
	struct rst_addr a = {
		.ip = {192, 0, 2, 255}, .port = 65535, .family = 4};

	(void)state;
	rst_text_ip(&text, &a);
	assert_string_equal(taken(), "192.0.2.255");
	rst_text_endpoint(&text, &a);
	assert_string_equal(taken(), "192.0.2.255:65535");
	a.family = 0;
	rst_text_ip(&text, &a);
	assert_string_equal(taken(), "?");
	rst_text_endpoint(&text, &a);
	assert_string_equal(taken(), "?");
}

static void check_time(uint64_t seconds, uint64_t ns)
{
	time_t s = (time_t)seconds;
	char date[32], expected[64];
	struct tm tm;

	assert_non_null(gmtime_r(&s, &tm));
	strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(expected, sizeof(expected), "%s.%09luZ", date, ns);
	rst_text_time(&text, seconds * 1000000000 + ns);
	assert_string_equal(taken(), expected);
}

/* Every day to the year 2554, where a u64 of nanoseconds ends. */
static void times_are_those_of_gmtime(void **state)
{
	enum { DAYS = 213000 };

	(void)state;
	for (uint64_t day = 0; day < DAYS; day++) {
		check_time(day * 86400, 0);
		check_time(day * 86400 + 86399, 999999999);
	}
	check_time(1795348800, 123456789);
}

static void durations_read_well(void **state)
{
	static const struct {
		uint64_t ns;
		const char *text;
	} rows[] = {
		{0, "0 ns"},	       {350, "350 ns"},
		{999, "999 ns"},       {1000, "1.0 us"},
		{9999, "9.9 us"},      {10000, "10 us"},
		{1234567, "1.2 ms"},   {999999999, "999 ms"},
		{1000000000, "1.0 s"}, {61000000000, "61 s"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		rst_text_duration(&text, rows[i].ns);
		assert_string_equal(taken(), rows[i].text);
	}
}

struct hostile {
	const char *in;
	size_t len;
	const char *json;  /* the inside of the JSON string */
	const char *plain; /* for a terminal */
};

#define HOSTILE(in, json, plain) \
	{ \
		in, sizeof(in) - 1, json, plain \
	}
#define FFFD "\xef\xbf\xbd"

static const struct hostile hostiles[] = {
	HOSTILE("caf\xc3\xa9", "caf\xc3\xa9", "caf\xc3\xa9"),
	HOSTILE("\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80"),
	HOSTILE("a\"b\\c", "a\\\"b\\\\c", "a\"b\\c"),
	HOSTILE("a\0b", "a\\u0000b", "a\\x00b"),
	HOSTILE("\n\r\t", "\\u000a\\u000d\\u0009", "\\x0a\\x0d\\x09"),
	HOSTILE("\x1b[2J", "\\u001b[2J", "\\x1b[2J"),
	HOSTILE("\x7f", "\\u007f", "\\x7f"),
	/* C1: U+009B is an escape sequence in one character */
	HOSTILE("\xc2\x9b", "\\u009b", "\\xc2\\x9b"),
	/* right-to-left override, isolate, mark; line separator */
	HOSTILE("\xe2\x80\xae", "\\u202e", "\\xe2\\x80\\xae"),
	HOSTILE("\xe2\x81\xa6", "\\u2066", "\\xe2\\x81\\xa6"),
	HOSTILE("\xe2\x80\x8f", "\\u200f", "\\xe2\\x80\\x8f"),
	HOSTILE("\xd8\x9c", "\\u061c", "\\xd8\\x9c"),
	HOSTILE("\xe2\x80\xa8", "\\u2028", "\\xe2\\x80\\xa8"),
	/* invalid UTF-8: a stray byte, cut, overlong, surrogate, too high */
	HOSTILE("\x80", FFFD, "\\x80"),
	HOSTILE("\xc3", FFFD, "\\xc3"),
	HOSTILE("\xc3(", FFFD "(", "\\xc3("),
	HOSTILE("\xc0\xaf", FFFD FFFD, "\\xc0\\xaf"),
	HOSTILE("\xe0\x80\xaf", FFFD FFFD FFFD, "\\xe0\\x80\\xaf"),
	HOSTILE("\xed\xa0\x80", FFFD FFFD FFFD, "\\xed\\xa0\\x80"),
	HOSTILE("\xf4\x90\x80\x80", FFFD FFFD FFFD FFFD,
		"\\xf4\\x90\\x80\\x80"),
	HOSTILE("\xff", FFFD, "\\xff"),
};

enum { HOSTILE_COUNT = sizeof(hostiles) / sizeof(hostiles[0]) };

static void hostile_text_is_escaped_for_json(void **state)
{
	(void)state;
	for (int i = 0; i < HOSTILE_COUNT; i++) {
		const struct hostile *h = &hostiles[i];

		rst_text_json(&text, h->in, h->len, h->len);
		assert_string_equal(taken(), h->json);
	}
}

static void hostile_text_is_escaped_for_a_terminal(void **state)
{
	(void)state;
	for (int i = 0; i < HOSTILE_COUNT; i++) {
		const struct hostile *h = &hostiles[i];

		rst_text_plain(&text, h->in, h->len, h->len);
		assert_string_equal(taken(), h->plain);
	}
}

/* json-c reads back every code point below the surrogates as it was. */
static void valid_text_survives_json(void **state)
{
	(void)state;
	for (unsigned c = 0x80; c < 0xd800; c++) {
		const char in[3] = {(char)(0xe0 | c >> 12),
				    (char)(0x80 | (c >> 6 & 0x3f)),
				    (char)(0x80 | (c & 0x3f))};
		const char two[2] = {(char)(0xc0 | c >> 6),
				     (char)(0x80 | (c & 0x3f))};
		const char *s = c < 0x800 ? two : in;
		size_t len = c < 0x800 ? 2 : 3;
		struct json_object *o;

		rst_text_char(&text, '"');
		rst_text_json(&text, s, len, len);
		rst_text_char(&text, '"');
		o = json_tokener_parse(taken());
		assert_int_equal(json_object_get_string_len(o), len);
		assert_memory_equal(json_object_get_string(o), s, len);
		json_object_put(o);
	}
}

static void a_limit_never_splits_a_character(void **state)
{
	static const char e_acute[] = "ab\xc3\xa9z";

	(void)state;
	rst_text_json(&text, e_acute, 5, 3);
	assert_string_equal(taken(), "ab");
	rst_text_plain(&text, e_acute, 5, 3);
	assert_string_equal(taken(), "ab");
	rst_text_plain(&text, e_acute, 5, 4);
	assert_string_equal(taken(), "ab\xc3\xa9");
}

/* One call of every append, each with several parts. */
static void append_nth(struct rst_text *t, int n)
{
	static const struct rst_addr a6 = {.ip = {0x20, 1, 0xd, 0xb8, [15] = 1},
					   .port = 8080,
					   .family = 6};
	static const char hostile[] = "a\"\x1b\xff\xe2\x80\xae";

	switch (n) {
	case 0: rst_text_str(t, "hello"); break;
	case 1: rst_text_char(t, 'x'); break;
	case 2: rst_text_u64(t, UINT64_MAX); break;
	case 3: rst_text_i64(t, INT64_MIN); break;
	case 4: rst_text_padded(t, 42, 9); break;
	case 5: rst_text_hex(t, (const uint8_t *)"\1\2\3", 3); break;
	case 6: rst_text_ip(t, &a6); break;
	case 7: rst_text_endpoint(t, &a6); break;
	case 8: rst_text_json(t, hostile, sizeof(hostile), 99); break;
	case 9: rst_text_plain(t, hostile, sizeof(hostile), 99); break;
	case 10: rst_text_time(t, 1795348800123456789); break;
	case 11: rst_text_duration(t, 1234567); break;
	}
}

static void an_append_is_whole_or_nothing(void **state)
{
	char small[128];

	(void)state;
	for (int n = 0; n < 12; n++) {
		append_nth(&text, n);
		size_t whole = text.len;

		(void)taken();
		assert_true(whole > 0 && whole < 100);
		for (size_t cap = 2; cap < 110; cap++) {
			struct rst_text t = rst_text_on(small, cap);

			memset(small, '#', sizeof(small));
			rst_text_str(&t, "ok");
			append_nth(&t, n);
			assert_int_equal(t.cut, cap < whole + 2);
			assert_int_equal(t.len, t.cut ? 2 : whole + 2);
			assert_memory_equal(small, "ok", 2);
			for (size_t i = cap; i < sizeof(small); i++)
				assert_int_equal(small[i], '#');
		}
	}
}

static void a_short_text_still_fits_after_a_cut(void **state)
{
	char small[4];
	struct rst_text t = rst_text_on(small, sizeof(small));

	(void)state;
	rst_text_str(&t, "too long");
	rst_text_u64(&t, 1234);
	assert_true(t.cut);
	assert_int_equal(t.len, 4);
	assert_memory_equal(small, "1234", 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_those_of_printf),
		cmocka_unit_test(hex_is_two_digits_a_byte),
		cmocka_unit_test(ipv6_addresses_read_as_from_inet_ntop),
		cmocka_unit_test(ipv4_and_unknown_addresses_are_written),
		cmocka_unit_test(times_are_those_of_gmtime),
		cmocka_unit_test(durations_read_well),
		cmocka_unit_test(hostile_text_is_escaped_for_json),
		cmocka_unit_test(hostile_text_is_escaped_for_a_terminal),
		cmocka_unit_test(valid_text_survives_json),
		cmocka_unit_test(a_limit_never_splits_a_character),
		cmocka_unit_test(an_append_is_whole_or_nothing),
		cmocka_unit_test(a_short_text_still_fits_after_a_cut),
	};

	return cmocka_run_group_tests(tests, fresh, NULL);
}
