/* SPDX-License-Identifier: MIT */
/* segment.h - one TCP segment: all that crosses from decoding to flows. */
#ifndef ANALYZER_SEGMENT_H
#define ANALYZER_SEGMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "rstwatch/addr.h"

/* The flag byte of the TCP header, RFC 9293 3.1. */
enum {
	SEG_FIN = 0x01,
	SEG_SYN = 0x02,
	SEG_RST = 0x04,
	SEG_PSH = 0x08,
	SEG_ACK = 0x10,
	SEG_URG = 0x20,
};

/* Which TCP options were there. */
enum {
	SEG_HAS_TIMESTAMP = 1 << 0,
	SEG_HAS_WSCALE = 1 << 1,
	SEG_HAS_SIGNATURE = 1 << 2, /* TCP-MD5 or TCP-AO */
	SEG_HAS_MPTCP = 1 << 3,
	SEG_HAS_MP_TCPRST = 1 << 4,
	SEG_HAS_CUT_OPTIONS = 1 << 5, /* the capture holds only some of them */
};

enum segment_tunnel {
	TUNNEL_NONE,
	TUNNEL_IPIP, /* any IP in IP: 4in4, 6in4, 4in6, 6in6 */
	TUNNEL_GRE,
	TUNNEL_VXLAN,
	TUNNEL_GENEVE,
	TUNNEL_COUNT
};

/* A reset may carry bytes that say why (RFC 9293 3.5.3); so many are kept. */
enum { SEG_PAYLOAD_MAX = 40 };

/*
 * Numbers in host byte order. len is payload as the IP header says it, cut to
 * what was on the wire. payload is filled for resets only.
 */
struct segment {
	uint64_t ts_ns;
	uint64_t frame;
	struct rst_addr src;
	struct rst_addr dst;
	uint32_t hash; /* of the two ends; flows_prepare() fills it */
	uint32_t tap;  /* where it was captured: copies differ in this alone */
	uint32_t seq;
	uint32_t ack; /* 0 without SEG_ACK, unless the sender filled it */
	uint32_t len;
	uint32_t tsval; /* with SEG_HAS_TIMESTAMP */
	uint32_t tsecr;
	uint16_t window;  /* not scaled */
	uint16_t ip_id;	  /* 0 for IPv6 */
	uint16_t capture; /* number of the file, from 0; set by the reader */
	uint8_t flags;
	uint8_t ttl; /* or hop limit */
	uint8_t options;
	uint8_t wscale;	     /* with SEG_HAS_WSCALE */
	uint8_t mp_reason;   /* with SEG_HAS_MP_TCPRST, RFC 8684 3.6 */
	uint8_t tunnel;	     /* enum segment_tunnel */
	uint8_t payload_len; /* bytes of payload kept */
	uint8_t payload[SEG_PAYLOAD_MAX];
};

/* Sequence numbers wrap: a is before b if b is less than 2^31 ahead. */
static inline bool seq_before(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b) < 0;
}

static inline bool seq_after(uint32_t a, uint32_t b)
{
	return seq_before(b, a);
}

/* The sequence number after the segment; SYN and FIN take one each. */
static inline uint32_t segment_end(const struct segment *s)
{
	return s->seq + s->len + !!(s->flags & SEG_SYN) +
	       !!(s->flags & SEG_FIN);
}

#endif
