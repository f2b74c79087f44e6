/* SPDX-License-Identifier: MIT */
/* cursor.h - the rest of a packet, and how far it may be read. */
#ifndef ANALYZER_CURSOR_H
#define ANALYZER_CURSOR_H

#include <stdbool.h>
#include <stdint.h>

#include "decode.h"

/*
 * What is left of a packet: cap bytes can be read at p, wire bytes were there
 * when it was captured. cap <= wire always.
 */
struct cursor {
	const uint8_t *p;
	uint32_t cap;
	uint32_t wire;
	uint8_t tunnels; /* tunnels entered so far */
};

static inline uint16_t be16(const uint8_t *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

static inline uint32_t be32(const uint8_t *p)
{
	return (uint32_t)be16(p) << 16 | be16(p + 2);
}

/* Goes n bytes on; false where the capture ends before. */
static inline bool cursor_skip(struct cursor *c, uint32_t n)
{
	if (n > c->cap)
		return false;
	c->p += n;
	c->cap -= n;
	c->wire -= n;
	return true;
}

/* Why n bytes can't be read here: they were never sent, or not captured. */
static inline enum decode_result cursor_short(const struct cursor *c,
					      uint32_t n)
{
	return n > c->wire ? DECODE_DAMAGED : DECODE_CUT;
}

/* Takes away what lies behind n bytes: padding, trailers. */
static inline void cursor_clip(struct cursor *c, uint32_t n)
{
	if (n < c->wire)
		c->wire = n;
	if (n < c->cap)
		c->cap = n;
}

/* Decoders of one layer each; c is at its first byte. */
enum decode_result decode_ethernet(struct cursor *c, struct segment *s);
enum decode_result decode_ethertype(struct cursor *c, uint16_t type,
				    struct segment *s);
enum decode_result decode_ip(struct cursor *c, struct segment *s);
enum decode_result decode_gre(struct cursor *c, struct segment *s);
enum decode_result decode_udp(struct cursor *c, struct segment *s);
enum decode_result decode_inner_ip(struct cursor *c, struct segment *s);
enum decode_result decode_tcp(struct cursor *c, struct segment *s);

#endif
