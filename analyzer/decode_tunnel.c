/* SPDX-License-Identifier: MIT */
/* decode_tunnel.c - IP in something in IP: one level is looked into. */
#include "cursor.h"

enum {
	PORT_VXLAN = 4789,
	PORT_VXLAN_LINUX = 8472, /* the kernel's default before RFC 7348 */
	PORT_GENEVE = 6081,
	GRE_CHECKSUM = 0x8000,
	GRE_ROUTING = 0x4000,
	GRE_KEY = 0x2000,
	GRE_SEQUENCE = 0x1000,
	GRE_VERSION = 0x0007,
	BRIDGED_ETHERNET = 0x6558,
	VXLAN_FLAGS = 0x08000000,
};

static bool enter(struct cursor *c)
{
	return c->tunnels++ == 0;
}

enum decode_result decode_inner_ip(struct cursor *c, struct segment *s)
{
	return enter(c) ? decode_ip(c, s) : DECODE_NESTED;
}

static enum decode_result decode_inner(struct cursor *c, uint16_t type,
				       struct segment *s)
{
	if (!enter(c))
		return DECODE_NESTED;
	if (type == BRIDGED_ETHERNET)
		return decode_ethernet(c, s);
	return decode_ethertype(c, type, s);
}

/* RFC 2784 and 2890; source routing (RFC 1701) and PPTP are not followed. */
enum decode_result decode_gre(struct cursor *c, struct segment *s)
{
	uint16_t flags, type;
	uint32_t len = 4;

	if (c->cap < 4)
		return cursor_short(c, 4);
	flags = be16(c->p);
	type = be16(c->p + 2);
	if (flags & (GRE_ROUTING | GRE_VERSION))
		return DECODE_NOT_TCP;
	len += flags & GRE_CHECKSUM ? 4 : 0;
	len += flags & GRE_KEY ? 4 : 0;
	len += flags & GRE_SEQUENCE ? 4 : 0;
	if (!cursor_skip(c, len))
		return cursor_short(c, len);
	s->tunnel = TUNNEL_GRE;
	return decode_inner(c, type, s);
}

/* RFC 8926: 8 bytes, then options in units of 4. */
static enum decode_result decode_geneve(struct cursor *c, struct segment *s)
{
	uint32_t options;
	uint16_t type;

	if (c->cap < 8)
		return cursor_short(c, 8);
	if (c->p[0] >> 6)
		return DECODE_NOT_TCP;
	options = (c->p[0] & 0x3fu) * 4;
	type = be16(c->p + 2);
	if (!cursor_skip(c, 8 + options))
		return cursor_short(c, 8 + options);
	s->tunnel = TUNNEL_GENEVE;
	return decode_inner(c, type, s);
}

/* RFC 7348: flags with only the I bit set, or it is some other protocol. */
static enum decode_result decode_vxlan(struct cursor *c, struct segment *s)
{
	if (c->cap < 8)
		return cursor_short(c, 8);
	if (be32(c->p) != VXLAN_FLAGS)
		return DECODE_NOT_TCP;
	cursor_skip(c, 8);
	s->tunnel = TUNNEL_VXLAN;
	return decode_inner(c, BRIDGED_ETHERNET, s);
}

enum decode_result decode_udp(struct cursor *c, struct segment *s)
{
	uint16_t port;

	if (c->cap < 8)
		return cursor_short(c, 8);
	port = be16(c->p + 2);
	cursor_skip(c, 8);
	switch (port) {
	case PORT_VXLAN:
	case PORT_VXLAN_LINUX: return decode_vxlan(c, s);
	case PORT_GENEVE: return decode_geneve(c, s);
	default: return DECODE_NOT_TCP;
	}
}
