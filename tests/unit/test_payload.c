/* SPDX-License-Identifier: MIT */
/* test_payload.c - what the unread bytes are called. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "rstwatch/payload.h"

static void is_called(const char *bytes, size_t len, size_t total, unsigned of,
		      const char *kind)
{
	const char *got =
		rst_payload_kind((const uint8_t *)bytes, len, total, of);

	assert_non_null(got);
	assert_string_equal(got, kind);
}

#define IS_OF(bytes, total, of, kind) \
	is_called(bytes, sizeof(bytes) - 1, total, of, kind)
#define IS(bytes, total, kind) IS_OF(bytes, total, 0, kind)

static void tls_records_are_told_by_their_header(void **state)
{
	(void)state;
	IS("\x15\x03\x03\x00\x02\x01\x00", 7, "TLS alert close_notify");
	IS("\x15\x03\x03\x00\x02\x02\x28", 7, "TLS alert");
	IS("\x15\x03\x03\x00\x1a\x9b\x8a", 31,
	   "TLS alert, probably close_notify");
	IS("\x15\x03\x03\x00\x40\x9b\x8a", 69, "TLS alert, encrypted");
	IS("\x16\x03\x01\x02\x00\x01", 517, "TLS handshake");
	IS("\x16\x03\x03\x00\xba\x04", 191, "TLS session ticket");
	IS("\x17\x03\x03\x00\x13\x9b", 24, "TLS alert, probably close_notify");
	IS("\x17\x03\x03\x40\x11\x9b", 16406, "TLS data");
}

static void tickets_are_one_or_two_records_of_their_size(void **state)
{
	static const char head[] = "\x17\x03\x03\x00\xfa\x9b";

	(void)state;
	IS_OF(head, 255, RST_OF_CLIENT, "TLS session ticket, probably");
	IS_OF(head, 510, RST_OF_CLIENT, "TLS session ticket, probably");
	IS_OF(head, 511, RST_OF_CLIENT, "TLS data");
	/* Servers send them, nobody else does. */
	IS(head, 255, "TLS data");
	IS(head, 510, "TLS data");
}

static void a_longer_record_than_tls_allows_is_binary(void **state)
{
	(void)state;
	IS("\x17\x03\x03\xff\xff\x9b", 255, "binary");
	IS("\x17\x04\x03\x00\x13\x9b", 24, "binary");
}

static void http_is_told_by_its_first_line(void **state)
{
	(void)state;
	IS("GET / HTTP/1.1\r\n", 16, "HTTP request");
	IS("HTTP/1.1 200 OK\r\n", 17, "HTTP response");
	IS("PRI * HTTP/2.0\r\n", 16, "HTTP request");
	IS("GETTING on", 10, "text");
}

static void what_follows_http_is_the_rest_of_a_body(void **state)
{
	(void)state;
	IS_OF("name=value", 10, RST_OF_HTTP, "rest of an HTTP body");
	IS("name=value", 10, "text");
}

static void stays(bool expected, const char *head)
{
	assert_int_equal(
		rst_payload_stays_http((const uint8_t *)head, strlen(head)),
		expected);
}

static void what_follows_an_upgrade_is_not_http(void **state)
{
	(void)state;
	stays(true, "GET / HTTP/1.1\r\nHost: a\r\n\r\n");
	stays(true, "POST / HTTP/1.1\r\nHost: a\r\n\r\nb\r\nUpgrade: c\r\n");
	stays(true, "GET / HTTP/1.1\r\nX-Upgrade: a\r\n");
	stays(true, "GET / HTTP/1.1\r\nUpgr");
	stays(true, "GET / HTTP/1.1\r\n");
	stays(true, "GET ");
	stays(true, "HTTP/1.1 200 OK\r\nUpgrade: h2c\r\n\r\n");
	stays(true, "HTTP/1.");
	stays(false, "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n");
	stays(false, "GET / HTTP/1.1\nuPGRADE:websocket\n\n");
	stays(false, "HTTP/1.1 101 Switching Protocols\r\n\r\n");
	stays(false, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
	stays(false, "CONNECT a:443 HTTP/1.1\r\n\r\n");
	stays(false, "GETTING on");
}

static void zeros_text_and_binary_are_told_apart(void **state)
{
	(void)state;
	IS("\0\0\0\0", 4, "zero bytes only");
	IS("\0\0\0\0", 5, "begins with zero bytes");
	IS("\0\0\0\1", 4, "binary");
	IS("hello\r\n", 7, "text");
	IS("gr\xc3\xbc\xc3\x9f", 6, "text");
	IS("hello\x01", 6, "binary");
}

static void nothing_has_no_name(void **state)
{
	(void)state;
	assert_null(rst_payload_kind(NULL, 0, 0, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tls_records_are_told_by_their_header),
		cmocka_unit_test(tickets_are_one_or_two_records_of_their_size),
		cmocka_unit_test(a_longer_record_than_tls_allows_is_binary),
		cmocka_unit_test(http_is_told_by_its_first_line),
		cmocka_unit_test(what_follows_http_is_the_rest_of_a_body),
		cmocka_unit_test(what_follows_an_upgrade_is_not_http),
		cmocka_unit_test(zeros_text_and_binary_are_told_apart),
		cmocka_unit_test(nothing_has_no_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
