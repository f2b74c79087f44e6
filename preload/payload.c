/* SPDX-License-Identifier: MIT */
/* payload.c - tells TLS records, HTTP, text, zeros and binary apart. */
#include "rstwatch/payload.h"

#include <string.h>

enum tls_type { TLS_ALERT = 21, TLS_HANDSHAKE = 22, TLS_DATA = 23 };

enum {
	TLS_HEADER = 5,
	/* RFC 8446 6: level and description, the type byte, an AEAD tag. */
	TLS13_ALERT = 2 + 1 + 16,
	/* RFC 5246 7.2 under AES-GCM: explicit nonce, alert, tag. */
	TLS12_ALERT = 8 + 2 + 16,
	/* A ticket as OpenSSL, GnuTLS, BoringSSL make them: 4.6.1. */
	TICKET_MIN = 150,
	TICKET_MAX = 350,
};

static bool starts_with(const uint8_t *head, size_t len, const char *word)
{
	size_t n = strlen(word);

	return len >= n && memcmp(head, word, n) == 0;
}

static bool is_tls(const uint8_t *head, size_t len)
{
	/* Major version 3, and no record is longer than 2^14 + 2048. */
	return len >= TLS_HEADER && head[0] >= 20 && head[0] <= TLS_DATA &&
	       head[1] == 3 && head[2] <= 4 && head[3] <= 0x48;
}

static const char *alert_kind(const uint8_t *head, size_t len, size_t length)
{
	/* In the clear: level, description; 0 is close_notify. */
	if (length == 2 && len > TLS_HEADER + 1)
		return head[TLS_HEADER + 1] == 0 ? "TLS alert close_notify"
						 : "TLS alert";
	return "TLS alert, encrypted";
}

/*
 * TLS 1.3 hides the type of a record; its length gives an alert away, and
 * tickets, which a server sends unasked after the handshake, one or two alike:
 * what a server itself is sent is never one, but a request.
 */
static const char *data_kind(size_t length, size_t total, unsigned of)
{
	size_t record = TLS_HEADER + length;

	if (length == TLS13_ALERT && total == record)
		return "TLS alert, probably close_notify";
	if (of & RST_OF_CLIENT && length >= TICKET_MIN &&
	    length <= TICKET_MAX && (total == record || total == 2 * record))
		return "TLS session ticket, probably";
	return "TLS data";
}

static const char *tls_kind(const uint8_t *head, size_t len, size_t total,
			    unsigned of)
{
	size_t length = (size_t)head[3] << 8 | head[4];

	switch (head[0]) {
	case TLS_ALERT:
		if (length == TLS12_ALERT)
			return "TLS alert, probably close_notify";
		return alert_kind(head, len, length);
	case TLS_HANDSHAKE:
		/* RFC 5077: NewSessionTicket is handshake type 4. */
		if (len > TLS_HEADER && head[TLS_HEADER] == 4)
			return "TLS session ticket";
		return "TLS handshake";
	case TLS_DATA: return data_kind(length, total, of);
	default: return "TLS";
	}
}

static bool is_http_request(const uint8_t *head, size_t len)
{
	static const char *const methods[] = {
		"GET ",	    "POST ",	"PUT ",	  "HEAD ",  "DELETE ",
		"OPTIONS ", "CONNECT ", "TRACE ", "PATCH ", "PRI * HTTP/2",
	};

	for (size_t i = 0; i < sizeof(methods) / sizeof(*methods); i++)
		if (starts_with(head, len, methods[i]))
			return true;
	return false;
}

static bool is_http_response(const uint8_t *head, size_t len)
{
	return starts_with(head, len, "HTTP/1.") ||
	       starts_with(head, len, "HTTP/2");
}

/* name in lower case. */
static bool is_field(const uint8_t *line, size_t len, const char *name)
{
	size_t i = 0;

	while (i < len && name[i] && (line[i] | 0x20) == name[i])
		i++;
	return !name[i];
}

/* As far as the head is there; an empty line ends it. */
static bool asks_upgrade(const uint8_t *head, size_t len)
{
	const uint8_t *end = head + len;
	const uint8_t *line = memchr(head, '\n', len);

	while (line && ++line < end && *line != '\r' && *line != '\n') {
		if (is_field(line, (size_t)(end - line), "upgrade:"))
			return true;
		line = memchr(line, '\n', (size_t)(end - line));
	}
	return false;
}

bool rst_payload_stays_http(const uint8_t *head, size_t len)
{
	static const size_t VERSION = sizeof("HTTP/1.1") - 1;

	if (is_http_response(head, len))
		return len < VERSION ||
		       !starts_with(head + VERSION, len - VERSION, " 101");
	return is_http_request(head, len) && !starts_with(head, len, "PRI ") &&
	       !starts_with(head, len, "CONNECT ") && !asks_upgrade(head, len);
}

static bool all_are(const uint8_t *head, size_t len, bool (*is)(uint8_t))
{
	for (size_t i = 0; i < len; i++)
		if (!is(head[i]))
			return false;
	return true;
}

static bool is_zero(uint8_t c)
{
	return c == 0;
}

/* UTF-8's later bytes count as text: a word may be cut anywhere. */
static bool is_text(uint8_t c)
{
	return c >= 0x80 ? c != 0xff && c != 0xfe
			 : c >= 0x20 || (c >= '\t' && c <= '\r');
}

const char *rst_payload_kind(const uint8_t *head, size_t len, size_t total,
			     unsigned of)
{
	if (len == 0)
		return NULL;
	if (is_tls(head, len))
		return tls_kind(head, len, total, of);
	if (is_http_request(head, len))
		return "HTTP request";
	if (is_http_response(head, len))
		return "HTTP response";
	if (of & RST_OF_HTTP)
		return "rest of an HTTP body";
	if (all_are(head, len, is_zero))
		return total > len ? "begins with zero bytes"
				   : "zero bytes only";
	return all_are(head, len, is_text) ? "text" : "binary";
}
