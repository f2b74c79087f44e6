/* SPDX-License-Identifier: MIT */
/* test_decode.c - packets of every kind, and packets that lie. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "decode.h"
#include "packets.h"
#include "talk.h"

enum { ETHERNET = 1, IPV4 = 0x0800, IPV6 = 0x86dd, TCP = 6 };

static struct bytes b;

static struct segment sample(void)
{
	struct talk t = talk_new();

	return talk_say(&t, CLIENT, SEG_PSH | SEG_ACK, 11);
}

static struct segment sample6(void)
{
	struct segment s = sample();

	s.src = address("2001:db8::1", 40000);
	s.dst = address("2001:db8::2", 443);
	s.ip_id = 0;
	return s;
}

/* The segment in an IP packet, no link layer yet. */
static void put_ip(const struct segment *s)
{
	bytes_begin(&b);
	bytes_tcp(&b, s);
	bytes_ip(&b, s, TCP);
}

static enum decode_result decode_as(uint32_t linktype, struct segment *got)
{
	struct packet p = bytes_packet(&b, linktype);

	memset(got, 0xa5, sizeof(*got));
	return decode_packet(&p, got);
}

static void expect(const struct segment *s, uint32_t linktype)
{
	struct segment got;

	assert_int_equal(decode_as(linktype, &got), DECODE_SEGMENT);
	assert_memory_equal(&got.src, &s->src, sizeof(s->src));
	assert_memory_equal(&got.dst, &s->dst, sizeof(s->dst));
	assert_int_equal(got.seq, s->seq);
	assert_int_equal(got.ack, s->ack);
	assert_int_equal(got.len, s->len);
	assert_int_equal(got.flags, s->flags);
	assert_int_equal(got.window, s->window);
	assert_int_equal(got.ttl, s->ttl);
	assert_int_equal(got.ip_id, s->ip_id);
	assert_int_equal(got.options, s->options);
	assert_int_equal(got.tsval, s->tsval);
	assert_int_equal(got.wscale, s->wscale);
	assert_int_equal(got.mp_reason, s->mp_reason);
}

static void every_link_type_gives_the_same_segment(void **state)
{
	static const uint8_t families[][4] = {
		{2, 0, 0, 0}, {0, 0, 0, 2}, {0, 0, 0, 30}, {24, 0, 0, 0}};
	struct segment s = sample();

	(void)state;
	put_ip(&s);
	expect(&s, 101);
	expect(&s, 228);
	bytes_ethernet(&b, IPV4);
	expect(&s, ETHERNET);
	for (size_t i = 0; i < 4; i++) {
		put_ip(&s);
		memcpy(bytes_prepend(&b, 4), families[i], 4);
		expect(&s, i & 1 ? 108 : 0);
	}
	put_ip(&s);
	memcpy(bytes_prepend(&b, 16) + 14, "\x08\x00", 2);
	expect(&s, 113);
	put_ip(&s);
	memcpy(bytes_prepend(&b, 20), "\x08\x00", 2);
	expect(&s, 276);
	put_ip(&s);
	memcpy(bytes_prepend(&b, 4), "\xff\x03\x00\x21", 4);
	expect(&s, 9);
	put_ip(&s);
	*bytes_prepend(&b, 1) = 0x21;
	expect(&s, 50);
}

static void ipv6_is_read_on_raw_and_ethernet(void **state)
{
	struct segment s = sample6();

	(void)state;
	put_ip(&s);
	expect(&s, 229);
	bytes_ethernet(&b, IPV6);
	expect(&s, ETHERNET);
}

static void stacked_vlan_tags_are_passed_over(void **state)
{
	struct segment s = sample();
	uint8_t *p;

	(void)state;
	put_ip(&s);
	bytes_vlan(&b, 0x8100, IPV4);
	expect(&s, ETHERNET);
	put_ip(&s);
	p = bytes_prepend(&b, 8);
	memcpy(p, "\x00\x05\x81\x00\x00\x06\x08\x00", 8);
	bytes_ethernet(&b, 0x88a8);
	expect(&s, ETHERNET);
	put_ip(&s);
	memcpy(bytes_prepend(&b, 4), "\x00\x07\x08\x00", 4);
	memcpy(bytes_prepend(&b, 20), "\x81\x00", 2);
	expect(&s, 276);
}

static void cooked_captures_tell_taps_apart(void **state)
{
	struct segment s = sample(), one, two;

	(void)state;
	put_ip(&s);
	memcpy(bytes_prepend(&b, 20), "\x08\x00\0\0\0\0\0\1", 8);
	assert_int_equal(decode_as(276, &one), DECODE_SEGMENT);
	bytes_at(&b)[7] = 2;
	assert_int_equal(decode_as(276, &two), DECODE_SEGMENT);
	assert_int_not_equal(one.tap, two.tap);
	assert_int_equal(one.seq, two.seq);
}

static void ip_options_and_extension_headers_are_passed_over(void **state)
{
	struct segment s = sample();
	uint8_t ip[20], *p;

	(void)state;
	put_ip(&s);
	memcpy(ip, bytes_at(&b), 20);
	b.start += 20;
	p = bytes_prepend(&b, 24);
	memcpy(p, ip, 20);
	p[0] = 0x46;
	p[3] += 4;
	expect(&s, 101);

	s = sample6();
	bytes_begin(&b);
	bytes_tcp(&b, &s);
	memcpy(bytes_prepend(&b, 8), "\x06\0\0\0\0\0\0\x01", 8); /* fragment */
	memcpy(bytes_prepend(&b, 12), "\x2c\x01", 2); /* authentication */
	memcpy(bytes_prepend(&b, 16), "\x33\x01", 2); /* destination */
	memcpy(bytes_prepend(&b, 8), "\x3c\x00", 2);  /* hop by hop */
	bytes_ip(&b, &s, 0);
	expect(&s, 101);
}

static void later_fragments_hold_no_header(void **state)
{
	struct segment s = sample(), got;

	(void)state;
	put_ip(&s);
	bytes_at(&b)[6] = 0x20; /* more fragments: the first one */
	expect(&s, 101);
	bytes_at(&b)[7] = 1;
	assert_int_equal(decode_as(101, &got), DECODE_FRAGMENT);
	s = sample6();
	bytes_begin(&b);
	bytes_tcp(&b, &s);
	memcpy(bytes_prepend(&b, 8), "\x06\0\0\x08\0\0\0\x01", 8);
	bytes_ip(&b, &s, 44);
	assert_int_equal(decode_as(101, &got), DECODE_FRAGMENT);
}

static void a_total_length_of_zero_is_a_super_frame(void **state)
{
	struct segment s = sample();

	(void)state;
	s.len = 3000;
	put_ip(&s);
	memset(bytes_at(&b) + 2, 0, 2);
	expect(&s, 101);
	s.src = address("::1", 1);
	s.dst = address("::1", 2);
	s.ip_id = 0;
	put_ip(&s);
	memset(bytes_at(&b) + 4, 0, 2);
	expect(&s, 101);
}

static void padding_is_not_payload(void **state)
{
	struct segment s = sample(), got;

	(void)state;
	s.len = 0;
	put_ip(&s);
	b.start -= 6; /* moves the packet down, leaving 6 bytes behind it */
	memmove(bytes_at(&b), bytes_at(&b) + 6, bytes_len(&b) - 6);
	assert_int_equal(decode_as(101, &got), DECODE_SEGMENT);
	assert_int_equal(got.len, 0);
}

static void a_snap_length_cuts_payload_and_options_not_the_numbers(void **state)
{
	struct segment s = sample(), got;
	struct packet p;

	(void)state;
	put_ip(&s);
	p = bytes_packet(&b, 101);
	p.caplen = 20 + 20;
	assert_int_equal(decode_packet(&p, &got), DECODE_SEGMENT);
	assert_int_equal(got.seq, s.seq);
	assert_int_equal(got.len, 11);
	assert_int_equal(got.options, SEG_HAS_CUT_OPTIONS);
	p.caplen = 20 + 19;
	assert_int_equal(decode_packet(&p, &got), DECODE_CUT);
	p.caplen = 19;
	assert_int_equal(decode_packet(&p, &got), DECODE_CUT);
	p.caplen = 0;
	assert_int_equal(decode_packet(&p, &got), DECODE_CUT);
}

static void a_length_that_lies_is_cut_to_the_wire(void **state)
{
	struct segment s = sample(), got;

	(void)state;
	put_ip(&s);
	memset(bytes_at(&b) + 2, 0xff, 2);
	assert_int_equal(decode_as(101, &got), DECODE_SEGMENT);
	assert_int_equal(got.len, 11);
	bytes_at(&b)[2] = 0;
	bytes_at(&b)[3] = 19;
	assert_int_equal(decode_as(101, &got), DECODE_DAMAGED);
	put_ip(&s);
	bytes_at(&b)[0] = 0x44;
	assert_int_equal(decode_as(101, &got), DECODE_DAMAGED);
	put_ip(&s);
	bytes_at(&b)[20 + 12] = 0x40;
	assert_int_equal(decode_as(101, &got), DECODE_DAMAGED);
	bytes_at(&b)[20 + 12] = 0xf0;
	assert_int_equal(decode_as(101, &got), DECODE_DAMAGED);
}

static void options_that_lie_end_the_options(void **state)
{
	struct segment s = sample(), got;
	uint8_t *options;

	(void)state;
	put_ip(&s);
	options = bytes_at(&b) + 40;
	options[0] = 8;
	options[1] = 13; /* longer than the header */
	assert_int_equal(decode_as(101, &got), DECODE_SEGMENT);
	assert_int_equal(got.options, 0);
	options[1] = 0;
	assert_int_equal(decode_as(101, &got), DECODE_SEGMENT);
	assert_int_equal(got.options, 0);
	memset(options, 1, 12);
	options[11] = 8; /* no room for its length */
	assert_int_equal(decode_as(101, &got), DECODE_SEGMENT);
	assert_int_equal(got.options, 0);
}

static void what_a_reset_carries_is_kept(void **state)
{
	struct segment s = sample(), got;

	(void)state;
	s.flags = SEG_RST | SEG_ACK;
	s.len = s.payload_len = 9;
	memcpy(s.payload, "no thanks", 9);
	s.options |= SEG_HAS_MPTCP | SEG_HAS_MP_TCPRST;
	s.mp_reason = 5;
	put_ip(&s);
	expect(&s, 101);
	assert_int_equal(decode_as(101, &got), DECODE_SEGMENT);
	assert_int_equal(got.payload_len, 9);
	assert_memory_equal(got.payload, "no thanks", 9);
}

/* The packet so far, inside of UDP from and to the sample's hosts. */
static void put_udp(uint16_t port)
{
	struct segment outer = sample();
	uint8_t *p = bytes_prepend(&b, 8);

	p[2] = (uint8_t)(port >> 8);
	p[3] = (uint8_t)port;
	outer.src = address("192.0.2.1", 0);
	bytes_ip(&b, &outer, 17);
}

static void put_tunnel(enum segment_tunnel tunnel, const struct segment *s)
{
	put_ip(s);
	switch (tunnel) {
	case TUNNEL_VXLAN:
		bytes_ethernet(&b, IPV4);
		bytes_prepend(&b, 8)[0] = 8;
		put_udp(4789);
		break;
	case TUNNEL_GENEVE:
		bytes_ethernet(&b, IPV4);
		memcpy(bytes_prepend(&b, 12), "\x01\x00\x65\x58", 4);
		put_udp(6081);
		break;
	default: bytes_ip(&b, s, 4); break;
	}
}

static void one_level_of_tunnel_is_looked_into(void **state)
{
	struct segment s = sample(), got;

	(void)state;
	put_tunnel(TUNNEL_IPIP, &s);
	expect(&s, 101);
	put_tunnel(TUNNEL_VXLAN, &s);
	expect(&s, 101);
	put_tunnel(TUNNEL_GENEVE, &s);
	expect(&s, 101);
	assert_int_equal(decode_as(101, &got), DECODE_SEGMENT);
	assert_int_equal(got.tunnel, TUNNEL_GENEVE);
	bytes_ip(&b, &s, 4);
	assert_int_equal(decode_as(101, &got), DECODE_NESTED);
}

static void gre_is_read_with_every_optional_field(void **state)
{
	static const struct {
		uint8_t flags;
		size_t len;
	} headers[] = {{0, 4}, {0x80, 8}, {0x20, 8}, {0x30, 12}, {0xb0, 16}};
	struct segment s = sample(), got;

	(void)state;
	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
		uint8_t *p;

		put_ip(&s);
		p = bytes_prepend(&b, headers[i].len);
		p[0] = headers[i].flags;
		p[2] = 8;
		bytes_ip(&b, &s, 47);
		expect(&s, 101);
	}
	bytes_at(&b)[20] = 0x40; /* source routing */
	assert_int_equal(decode_as(101, &got), DECODE_NOT_TCP);
}

static void what_is_no_segment_is_told_apart(void **state)
{
	struct segment s = sample(), got;

	(void)state;
	put_ip(&s);
	assert_int_equal(decode_as(147, &got), DECODE_LINK_TYPE);
	assert_int_equal(decode_as(105, &got), DECODE_WIRELESS);
	bytes_at(&b)[9] = 1;
	assert_int_equal(decode_as(101, &got), DECODE_NOT_TCP);
	bytes_at(&b)[9] = 50;
	assert_int_equal(decode_as(101, &got), DECODE_ENCRYPTED);
	bytes_ethernet(&b, 0x0806);
	assert_int_equal(decode_as(ETHERNET, &got), DECODE_NOT_IP);
	assert_string_equal(decode_result_name(DECODE_NOT_IP), "not-ip");
}

/*
 * Every way to cut a packet and every single byte set to extremes: decoding
 * must stay inside (the sanitizer watches the copy's end).
 */
static void no_damage_makes_it_read_outside(void **state)
{
	static const uint8_t values[] = {0x00, 0x01, 0x0f, 0x7f, 0x80, 0xff};
	struct segment s = sample(), got;

	(void)state;
	put_tunnel(TUNNEL_GENEVE, &s);
	for (size_t len = 0; len <= bytes_len(&b); len++) {
		uint8_t *copy = malloc(len ? len : 1);
		struct packet p = bytes_packet(&b, 101);

		assert_non_null(copy);
		p.data = copy;
		p.caplen = (uint32_t)len;
		for (size_t i = 0; i < len * sizeof(values); i++) {
			memcpy(copy, bytes_at(&b), len);
			copy[i / sizeof(values)] = values[i % sizeof(values)];
			decode_packet(&p, &got);
		}
		free(copy);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_link_type_gives_the_same_segment),
		cmocka_unit_test(ipv6_is_read_on_raw_and_ethernet),
		cmocka_unit_test(stacked_vlan_tags_are_passed_over),
		cmocka_unit_test(cooked_captures_tell_taps_apart),
		cmocka_unit_test(
			ip_options_and_extension_headers_are_passed_over),
		cmocka_unit_test(later_fragments_hold_no_header),
		cmocka_unit_test(a_total_length_of_zero_is_a_super_frame),
		cmocka_unit_test(padding_is_not_payload),
		cmocka_unit_test(
			a_snap_length_cuts_payload_and_options_not_the_numbers),
		cmocka_unit_test(a_length_that_lies_is_cut_to_the_wire),
		cmocka_unit_test(options_that_lie_end_the_options),
		cmocka_unit_test(what_a_reset_carries_is_kept),
		cmocka_unit_test(one_level_of_tunnel_is_looked_into),
		cmocka_unit_test(gre_is_read_with_every_optional_field),
		cmocka_unit_test(what_is_no_segment_is_told_apart),
		cmocka_unit_test(no_damage_makes_it_read_outside),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
