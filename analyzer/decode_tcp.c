/* SPDX-License-Identifier: MIT */
/* decode_tcp.c - the TCP header, and the options that tell something. */
#include <string.h>

#include "cursor.h"

enum {
	OPTION_END = 0,
	OPTION_NOP = 1,
	OPTION_WSCALE = 3,
	OPTION_TIMESTAMP = 8,
	OPTION_MD5 = 19,
	OPTION_AUTH = 29,
	OPTION_MPTCP = 30,
	MPTCP_TCPRST = 8,
	WSCALE_MAX = 14, /* RFC 7323 2.3 */
};

static void read_timestamp(const uint8_t *p, struct segment *s)
{
	s->options |= SEG_HAS_TIMESTAMP;
	s->tsval = be32(p + 2);
	s->tsecr = be32(p + 6);
}

static void read_option(const uint8_t *p, unsigned len, struct segment *s)
{
	unsigned kind = p[0];

	if (kind == OPTION_TIMESTAMP && len == 10) {
		read_timestamp(p, s);
	} else if (kind == OPTION_WSCALE && len == 3) {
		s->options |= SEG_HAS_WSCALE;
		s->wscale = p[2] < WSCALE_MAX ? p[2] : WSCALE_MAX;
	} else if (kind == OPTION_MD5 || kind == OPTION_AUTH) {
		s->options |= SEG_HAS_SIGNATURE;
	} else if (kind == OPTION_MPTCP) {
		s->options |= SEG_HAS_MPTCP;
		if (len < 4 || p[2] >> 4 != MPTCP_TCPRST)
			return;
		s->options |= SEG_HAS_MP_TCPRST;
		s->mp_reason = p[3];
	}
}

/* n bytes of options at p can be read. */
static void read_options(const uint8_t *p, uint32_t n, struct segment *s)
{
	while (n && p[0] != OPTION_END) {
		unsigned len = 1;

		if (p[0] != OPTION_NOP) {
			if (n < 2 || p[1] < 2 || p[1] > n)
				return;
			len = p[1];
			read_option(p, len, s);
		}
		p += len;
		n -= len;
	}
}

/* The one layout that nearly every segment has: NOP, NOP, timestamps. */
static bool is_plain_timestamp(const uint8_t *p, uint32_t n)
{
	return n == 12 && be32(p) == 0x0101080a;
}

static void keep_payload(const struct cursor *c, uint32_t header,
			 struct segment *s)
{
	uint32_t n = c->cap > header ? c->cap - header : 0;

	s->payload_len = (uint8_t)(n < SEG_PAYLOAD_MAX ? n : SEG_PAYLOAD_MAX);
	memcpy(s->payload, c->p + header, s->payload_len);
}

enum decode_result decode_tcp(struct cursor *c, struct segment *s)
{
	const uint8_t *p = c->p;
	uint32_t cap = c->cap, wire = c->wire, header, options;

	if (cap < 20)
		return cursor_short(c, 20);
	header = (p[12] >> 4) * 4u;
	if (header < 20 || header > wire)
		return DECODE_DAMAGED;
	s->src.port = be16(p);
	s->dst.port = be16(p + 2);
	s->seq = be32(p + 4);
	s->ack = be32(p + 8);
	s->flags = p[13] & 0x3f;
	s->window = be16(p + 14);
	s->len = wire - header;
	s->options = header > cap ? SEG_HAS_CUT_OPTIONS : 0;
	s->wscale = s->mp_reason = s->payload_len = 0;
	s->tsval = s->tsecr = 0;
	options = (header > cap ? cap : header) - 20;
	if (is_plain_timestamp(p + 20, options))
		read_timestamp(p + 22, s);
	else
		read_options(p + 20, options, s);
	if (s->flags & SEG_RST && s->len && cap > header)
		keep_payload(c, header, s);
	return DECODE_SEGMENT;
}
