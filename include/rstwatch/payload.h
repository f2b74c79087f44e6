/* SPDX-License-Identifier: MIT */
/* payload.h - names what a few bytes of a stream are, never what they say. */
#ifndef RSTWATCH_PAYLOAD_H
#define RSTWATCH_PAYLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Enough for every name below. */
enum { RST_PAYLOAD_HEAD = 64 };

/* What is known of the connection. */
enum rst_payload_of {
	RST_OF_HTTP = 1 << 0, /* it spoke HTTP/1 before: bytes of no other kind
			       * are the rest of a body */
	RST_OF_CLIENT = 1 << 1, /* this side opened it: TLS tickets come here */
};

/*
 * What the unread data is: its first len bytes are in head (RST_PAYLOAD_HEAD
 * are enough), total is how many there are; of, what enum rst_payload_of says.
 * A constant string, NULL where len is 0. Pure; may be called from a signal
 * handler.
 *
 * TLS records: RFC 8446 5.1 and 6; HTTP/1.1: RFC 9112 2.1; HTTP/2: RFC 9113
 * 3.4.
 */
const char *rst_payload_kind(const uint8_t *head, size_t len, size_t total,
			     unsigned of);

/*
 * True if these are the first bytes of an HTTP/1 message, and what follows is
 * HTTP/1, too, as far as they tell: not behind the preface of HTTP/2, CONNECT
 * or an Upgrade (RFC 9110 7.8 and 9.3.6), which leads to WebSocket mostly. len
 * is how many there are, all are looked at. Pure.
 */
bool rst_payload_stays_http(const uint8_t *head, size_t len);

#endif
