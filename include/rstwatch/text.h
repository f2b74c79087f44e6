/* SPDX-License-Identifier: MIT */
/* text.h - builds text in a caller's buffer, without malloc or stdio. */
#ifndef RSTWATCH_TEXT_H
#define RSTWATCH_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "rstwatch/addr.h"

/*
 * A text that grows in a buffer of the caller's. What does not fit is left
 * out and cut is set; the text so far stays as it is: an append is whole or
 * nothing, so a caller can try an optional part and go on without it. There is
 * no terminating NUL. All functions may be called from a signal handler.
 */
struct rst_text {
	char *buf;
	size_t len; /* bytes used */
	size_t cap; /* bytes in buf */
	bool cut;   /* something did not fit */
};

struct rst_text rst_text_on(char *buf, size_t cap);

void rst_text_bytes(struct rst_text *t, const char *s, size_t len);
void rst_text_char(struct rst_text *t, char c);

/* In line, so that a literal's length is counted by the compiler. */
static inline void rst_text_str(struct rst_text *t, const char *s)
{
	rst_text_bytes(t, s, __builtin_strlen(s));
}

void rst_text_u64(struct rst_text *t, uint64_t n);
void rst_text_i64(struct rst_text *t, int64_t n);

/* n in decimal, padded with zeros to width digits (at most 20). */
void rst_text_padded(struct rst_text *t, uint64_t n, unsigned width);

/* n bytes as lower-case hex digits. */
void rst_text_hex(struct rst_text *t, const uint8_t *bytes, size_t n);

/* The address alone, RFC 5952 for IPv6; "?" where family is 0. */
void rst_text_ip(struct rst_text *t, const struct rst_addr *a);

/* "127.0.0.1:80", "[::1]:80"; "?" where family is 0. */
void rst_text_endpoint(struct rst_text *t, const struct rst_addr *a);

/*
 * s as the inside of a JSON string (no quotes): control characters, quote and
 * backslash escaped, bytes that are not valid UTF-8 replaced by U+FFFD. At
 * most max bytes of s are taken.
 */
void rst_text_json(struct rst_text *t, const char *s, size_t len, size_t max);

/*
 * s for a terminal: control characters (C0, DEL, C1), bidirectional overrides
 * and invalid UTF-8 as \xHH, so that no untrusted byte can act. At most max
 * bytes of s are taken.
 */
void rst_text_plain(struct rst_text *t, const char *s, size_t len, size_t max);

/* A realtime in ns since 1970 as RFC 3339 in UTC with nine decimals. */
void rst_text_time(struct rst_text *t, uint64_t realtime_ns);

/* A duration for people: "350 ns", "1.2 ms", "61 s". */
void rst_text_duration(struct rst_text *t, uint64_t ns);

#endif
