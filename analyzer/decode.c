/* SPDX-License-Identifier: MIT */
/* decode.c - link layers: from the first byte of a packet to its IP header. */
#include "cursor.h"

/*
 * To add a link type: one function, one row in link_types, one test.
 *
 * Values: https://www.tcpdump.org/linktypes.html. tap tells copies of one
 * packet apart from each other: a cooked capture of all interfaces names the
 * one it saw the packet on, or at least its direction.
 */
enum {
	ETHERTYPE_IPV4 = 0x0800,
	ETHERTYPE_IPV6 = 0x86dd,
	ETHERTYPE_VLAN = 0x8100,
	ETHERTYPE_QINQ = 0x88a8,
	ETHERTYPE_OLD_QINQ = 0x9100,
	ETHERTYPE_PPPOE = 0x8864,
	PPP_IPV4 = 0x0021,
	PPP_IPV6 = 0x0057,
	PPP_ADDRESS_CONTROL = 0xff03,
	VLAN_TAGS_MAX = 8,
};

const char *decode_result_name(enum decode_result result)
{
	static const char *const names[] = {
#define X(e, name) [DECODE_##e] = name,
		DECODE_RESULTS(X)
#undef X
	};

	return names[result];
}

static enum decode_result decode_ppp(struct cursor *c, struct segment *s)
{
	uint16_t protocol;

	if (c->cap >= 2 && be16(c->p) == PPP_ADDRESS_CONTROL)
		cursor_skip(c, 2);
	if (c->cap < 2)
		return cursor_short(c, 2);
	/* RFC 1661 6.5: a compressed protocol field is one odd byte. */
	protocol = c->p[0] & 1 ? c->p[0] : be16(c->p);
	cursor_skip(c, c->p[0] & 1 ? 1 : 2);
	if (protocol != PPP_IPV4 && protocol != PPP_IPV6)
		return DECODE_NOT_IP;
	return decode_ip(c, s);
}

static bool is_vlan(uint16_t type)
{
	return type == ETHERTYPE_VLAN || type == ETHERTYPE_QINQ ||
	       type == ETHERTYPE_OLD_QINQ;
}

enum decode_result decode_ethertype(struct cursor *c, uint16_t type,
				    struct segment *s)
{
	for (int tags = 0; is_vlan(type) && tags < VLAN_TAGS_MAX; tags++) {
		if (c->cap < 4)
			return cursor_short(c, 4);
		type = be16(c->p + 2);
		cursor_skip(c, 4);
	}
	if (type == ETHERTYPE_IPV4 || type == ETHERTYPE_IPV6)
		return decode_ip(c, s);
	if (type == ETHERTYPE_PPPOE)
		return cursor_skip(c, 6) ? decode_ppp(c, s)
					 : cursor_short(c, 6);
	return DECODE_NOT_IP;
}

enum decode_result decode_ethernet(struct cursor *c, struct segment *s)
{
	uint16_t type;

	if (c->cap < 14)
		return cursor_short(c, 14);
	type = be16(c->p + 12);
	cursor_skip(c, 14);
	return decode_ethertype(c, type, s);
}

/*
 * LINKTYPE_NULL and LOOP: an address family of 4 bytes, in the byte order of
 * whatever host captured it. IPv6 has a different number on each system.
 */
static enum decode_result decode_null(struct cursor *c, struct segment *s)
{
	uint32_t family;

	if (c->cap < 4)
		return cursor_short(c, 4);
	family = be32(c->p);
	if (family > 0xffff)
		family = __builtin_bswap32(family);
	cursor_skip(c, 4);
	switch (family) {
	case 2:	 /* AF_INET everywhere */
	case 10: /* AF_INET6 on Linux */
	case 24: /* NetBSD, OpenBSD, BSD/OS */
	case 28: /* FreeBSD */
	case 30: /* macOS */ return decode_ip(c, s);
	default: return DECODE_NOT_IP;
	}
}

static enum decode_result decode_sll(struct cursor *c, struct segment *s)
{
	uint16_t type;

	if (c->cap < 16)
		return cursor_short(c, 16);
	/* No interface, but copies differ in packet type: to us, from us. */
	s->tap ^= (uint32_t)be16(c->p) << 16;
	type = be16(c->p + 14);
	cursor_skip(c, 16);
	return decode_ethertype(c, type, s);
}

static enum decode_result decode_sll2(struct cursor *c, struct segment *s)
{
	uint16_t type;

	if (c->cap < 20)
		return cursor_short(c, 20);
	s->tap ^= be32(c->p + 4) << 8 ^ (uint32_t)c->p[10] << 28;
	type = be16(c->p);
	cursor_skip(c, 20);
	return decode_ethertype(c, type, s);
}

static enum decode_result decode_wireless(struct cursor *c, struct segment *s)
{
	(void)c;
	(void)s;
	return DECODE_WIRELESS;
}

static const struct link_type {
	uint32_t linktype;
	enum decode_result (*decode)(struct cursor *c, struct segment *s);
} link_types[] = {
	{1, decode_ethernet},	{113, decode_sll},	{276, decode_sll2},
	{101, decode_ip},	{228, decode_ip},	{229, decode_ip},
	{0, decode_null},	{108, decode_null},	{9, decode_ppp},
	{50, decode_ppp},	{105, decode_wireless}, {119, decode_wireless},
	{127, decode_wireless}, {163, decode_wireless},
};

enum decode_result decode_packet(const struct packet *p, struct segment *s)
{
	struct cursor c = {.p = p->data, .cap = p->caplen, .wire = p->len};

	if (c.wire < c.cap)
		c.wire = c.cap;
	s->ts_ns = p->ts_ns;
	s->frame = p->frame;
	s->tap = p->interface;
	s->tunnel = TUNNEL_NONE;
	for (size_t i = 0; i < sizeof(link_types) / sizeof(link_types[0]); i++)
		if (link_types[i].linktype == p->linktype)
			return link_types[i].decode(&c, s);
	return DECODE_LINK_TYPE;
}
