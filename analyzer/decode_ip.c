/* SPDX-License-Identifier: MIT */
/* decode_ip.c - IPv4 and IPv6 headers, with options, fragments, extensions. */
#include <stddef.h>
#include <string.h>

#include "cursor.h"

enum {
	PROTO_HOP_BY_HOP = 0,
	PROTO_IPV4 = 4,
	PROTO_TCP = 6,
	PROTO_UDP = 17,
	PROTO_IPV6 = 41,
	PROTO_ROUTING = 43,
	PROTO_FRAGMENT = 44,
	PROTO_GRE = 47,
	PROTO_ESP = 50,
	PROTO_AUTH = 51,
	PROTO_DESTINATION = 60,
	PROTO_MOBILITY = 135,
	PROTO_HIP = 139,
	PROTO_SHIM6 = 140,
	EXTENSIONS_MAX = 16,
};

static enum decode_result decode_protocol(struct cursor *c, unsigned protocol,
					  struct segment *s)
{
	switch (protocol) {
	case PROTO_TCP: return decode_tcp(c, s);
	case PROTO_UDP: return decode_udp(c, s);
	case PROTO_GRE: return decode_gre(c, s);
	case PROTO_IPV4:
	case PROTO_IPV6: s->tunnel = TUNNEL_IPIP; return decode_inner_ip(c, s);
	case PROTO_ESP: return DECODE_ENCRYPTED;
	default: return DECODE_NOT_TCP;
	}
}

static void set_addresses(struct segment *s, const uint8_t *src,
			  const uint8_t *dst, uint8_t family)
{
	size_t len = family == 4 ? 4 : 16;

	memset(&s->src, 0, 2 * sizeof(s->src));
	memcpy(s->src.ip, src, len);
	memcpy(s->dst.ip, dst, len);
	s->src.family = s->dst.family = family;
}

_Static_assert(offsetof(struct segment, dst) ==
		       offsetof(struct segment, src) + sizeof(struct rst_addr),
	       "both addresses are cleared at once");

/*
 * A total length of 0 is a super-frame that the network card was to cut (TSO,
 * BIG TCP): then the packet ends where the capture says. A later fragment
 * holds no TCP header; a first one does.
 */
static enum decode_result decode_ipv4(struct cursor *c, struct segment *s)
{
	uint32_t header, total, fragment;
	uint8_t protocol;

	if (c->cap < 20)
		return cursor_short(c, 20);
	header = (c->p[0] & 15u) * 4;
	total = be16(c->p + 2);
	if (header < 20 || (total && total < header))
		return DECODE_DAMAGED;
	if (total)
		cursor_clip(c, total);
	fragment = be16(c->p + 6) & 0x1fff;
	if (fragment)
		return DECODE_FRAGMENT;
	set_addresses(s, c->p + 12, c->p + 16, 4);
	s->ip_id = be16(c->p + 4);
	s->ttl = c->p[8];
	protocol = c->p[9];
	if (!cursor_skip(c, header))
		return cursor_short(c, header);
	return decode_protocol(c, protocol, s);
}

static bool is_extension(unsigned protocol)
{
	switch (protocol) {
	case PROTO_HOP_BY_HOP:
	case PROTO_ROUTING:
	case PROTO_FRAGMENT:
	case PROTO_AUTH:
	case PROTO_DESTINATION:
	case PROTO_MOBILITY:
	case PROTO_HIP:
	case PROTO_SHIM6: return true;
	default: return false;
	}
}

/* Length in bytes of the extension header at p. */
static uint32_t extension_length(unsigned protocol, const uint8_t *p)
{
	if (protocol == PROTO_FRAGMENT)
		return 8;
	if (protocol == PROTO_AUTH)
		return (p[1] + 2u) * 4;
	return (p[1] + 1u) * 8;
}

static enum decode_result decode_extensions(struct cursor *c, unsigned protocol,
					    struct segment *s)
{
	for (int i = 0; i < EXTENSIONS_MAX; i++) {
		uint32_t len;

		if (!is_extension(protocol))
			return decode_protocol(c, protocol, s);
		if (c->cap < 8)
			return cursor_short(c, 8);
		if (protocol == PROTO_FRAGMENT && be16(c->p + 2) & 0xfff8)
			return DECODE_FRAGMENT;
		len = extension_length(protocol, c->p);
		protocol = c->p[0];
		if (!cursor_skip(c, len))
			return cursor_short(c, len);
	}
	return DECODE_DAMAGED;
}

/* A payload length of 0 is a jumbogram (RFC 2675) or BIG TCP super-frame. */
static enum decode_result decode_ipv6(struct cursor *c, struct segment *s)
{
	uint32_t payload;
	unsigned protocol;

	if (c->cap < 40)
		return cursor_short(c, 40);
	payload = be16(c->p + 4);
	protocol = c->p[6];
	set_addresses(s, c->p + 8, c->p + 24, 6);
	s->ip_id = 0;
	s->ttl = c->p[7];
	if (payload)
		cursor_clip(c, 40 + payload);
	cursor_skip(c, 40);
	return decode_extensions(c, protocol, s);
}

enum decode_result decode_ip(struct cursor *c, struct segment *s)
{
	if (!c->cap)
		return cursor_short(c, 1);
	switch (c->p[0] >> 4) {
	case 4: return decode_ipv4(c, s);
	case 6: return decode_ipv6(c, s);
	default: return DECODE_NOT_IP;
	}
}
