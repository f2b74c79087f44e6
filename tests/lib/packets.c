/* SPDX-License-Identifier: MIT */
/* packets.c - builds packets in memory, from the inside outwards. */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "packets.h"

static void put16(uint8_t *p, unsigned n)
{
	p[0] = (uint8_t)(n >> 8);
	p[1] = (uint8_t)n;
}

static void put32(uint8_t *p, uint32_t n)
{
	put16(p, n >> 16);
	put16(p + 2, n & 0xffff);
}

uint8_t *bytes_at(struct bytes *b)
{
	return b->buf + b->start;
}

size_t bytes_len(const struct bytes *b)
{
	return sizeof(b->buf) - b->start;
}

void bytes_begin(struct bytes *b)
{
	memset(b->buf, 0, sizeof(b->buf));
	b->start = sizeof(b->buf);
}

uint8_t *bytes_prepend(struct bytes *b, size_t n)
{
	if (n > b->start)
		abort();
	b->start -= n;
	return bytes_at(b);
}

static size_t put_options(uint8_t *p, const struct segment *s)
{
	size_t n = 0;

	if (s->options & SEG_HAS_WSCALE) {
		memcpy(p + n, (uint8_t[]){3, 3, s->wscale, 1}, 4);
		n += 4;
	}
	if (s->options & SEG_HAS_TIMESTAMP) {
		memcpy(p + n, (uint8_t[]){1, 1, 8, 10}, 4);
		put32(p + n + 4, s->tsval);
		put32(p + n + 8, s->tsecr);
		n += 12;
	}
	if (s->options & SEG_HAS_MP_TCPRST) {
		memcpy(p + n, (uint8_t[]){30, 4, 0x80, s->mp_reason}, 4);
		n += 4;
	}
	return n;
}

void bytes_tcp(struct bytes *b, const struct segment *s)
{
	uint8_t options[40] = {0};
	size_t n = put_options(options, s);
	uint8_t *p = bytes_prepend(b, 20 + n + s->len);

	put16(p, s->src.port);
	put16(p + 2, s->dst.port);
	put32(p + 4, s->seq);
	put32(p + 8, s->ack);
	p[12] = (uint8_t)((20 + n) / 4 << 4);
	p[13] = s->flags;
	put16(p + 14, s->window);
	memcpy(p + 20, options, n);
	if (s->payload_len)
		memcpy(p + 20 + n, s->payload, s->payload_len);
}

void bytes_ip(struct bytes *b, const struct segment *s, uint8_t protocol)
{
	size_t len = bytes_len(b);
	uint8_t *p;

	if (s->src.family == 4) {
		p = bytes_prepend(b, 20);
		p[0] = 0x45;
		put16(p + 2, (unsigned)len + 20);
		put16(p + 4, s->ip_id);
		p[8] = s->ttl;
		p[9] = protocol;
		memcpy(p + 12, s->src.ip, 4);
		memcpy(p + 16, s->dst.ip, 4);
		return;
	}
	p = bytes_prepend(b, 40);
	p[0] = 0x60;
	put16(p + 4, (unsigned)len);
	p[6] = protocol;
	p[7] = s->ttl;
	memcpy(p + 8, s->src.ip, 16);
	memcpy(p + 24, s->dst.ip, 16);
}

void bytes_ethernet(struct bytes *b, uint16_t type)
{
	put16(bytes_prepend(b, 14) + 12, type);
}

void bytes_vlan(struct bytes *b, uint16_t tag_type, uint16_t type)
{
	uint8_t *p = bytes_prepend(b, 4);

	put16(p, 42);
	put16(p + 2, type);
	bytes_ethernet(b, tag_type);
}

struct packet bytes_packet(struct bytes *b, uint32_t linktype)
{
	return (struct packet){
		.data = bytes_at(b),
		.caplen = (uint32_t)bytes_len(b),
		.len = (uint32_t)bytes_len(b),
		.linktype = linktype,
		.frame = 1,
	};
}

struct rst_addr address(const char *ip, uint16_t port)
{
	struct rst_addr a = {.port = port};

	if (inet_pton(AF_INET, ip, a.ip) == 1)
		a.family = 4;
	else if (inet_pton(AF_INET6, ip, a.ip) == 1)
		a.family = 6;
	else
		abort();
	return a;
}

/* In the byte order of this host, as tcpdump writes them. */
void pcap_begin(FILE *f)
{
	const uint32_t header[] = {0xa1b23c4d, 4u << 16 | 2, 0, 0, 262144, 1};

	fwrite(header, sizeof(header), 1, f);
}

void pcap_add(FILE *f, const struct segment *s)
{
	struct bytes b;
	uint32_t header[4] = {(uint32_t)(s->ts_ns / 1000000000),
			      (uint32_t)(s->ts_ns % 1000000000)};

	bytes_begin(&b);
	bytes_tcp(&b, s);
	bytes_ip(&b, s, 6);
	bytes_ethernet(&b, s->src.family == 4 ? 0x0800 : 0x86dd);
	header[2] = header[3] = (uint32_t)bytes_len(&b);
	fwrite(header, sizeof(header), 1, f);
	fwrite(bytes_at(&b), bytes_len(&b), 1, f);
}
