/* SPDX-License-Identifier: MIT */
/* test_pcapng.c - every block, section and clock of pcapng is read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "captured.h"

static struct capture_file file;

static int fresh(void **state)
{
	(void)state;
	file.len = 0;
	file.is_swapped = 0;
	return 0;
}

static void interfaces_of_a_pcapng_differ_in_link_type(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		file.len = 0;
		file.is_swapped = i;
		file_mixed_section(&file);
		assert_int_equal(captured_good(&file), 3);
		captured_is(0, NOON * NS_PER_S, ETHERNET, 0, "ether", 60);
		captured_is(1, NOON * NS_PER_S + 1000, SLL, 1, "cooked", 6);
		captured_is(2, NOON * NS_PER_S, SLL, 1, "old", 4);
	}
}

static void sections_of_both_byte_orders_follow_each_other(void **state)
{
	(void)state;
	file_mixed_section(&file);
	file.is_swapped = 1;
	file_mixed_section(&file);
	file.is_swapped = 0;
	file_mixed_section(&file);
	assert_int_equal(captured_good(&file), 9);
	for (size_t i = 0; i < 9; i += 3) {
		uint32_t base = (uint32_t)(i / 3 * 2);

		captured_is(i, NOON * NS_PER_S, ETHERNET, base, "ether", 60);
		captured_is(i + 2, NOON * NS_PER_S, SLL, base + 1, "old", 4);
		assert_int_equal(captured.packets[i].frame, i + 1);
	}
}

static void simple_packets_end_at_the_snap_length(void **state)
{
	static const uint32_t snaplens[] = {0, 4, 1000};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		file.len = 0;
		file_section(&file);
		file_interface(&file, ETHERNET, snaplens[i]);
		file_block_begin(&file, 3);
		file_u32(&file, snaplens[i] == 4 ? 900 : 6);
		file_bytes(&file, "simple", snaplens[i] == 4 ? 4 : 6);
		file_block_end(&file);
		assert_int_equal(captured_good(&file), 1);
		captured_is(0, 0, ETHERNET, 0,
			    snaplens[i] == 4 ? "simp" : "simple",
			    snaplens[i] == 4 ? 900 : 6);
	}
}

/* What tshark 4.0 counts: its own list of what is a frame. */
static void frames_are_counted_as_wireshark_does(void **state)
{
	static const struct {
		uint32_t type;
		_Bool is_frame;
	} blocks[] = {
		{4, 0},	    /* name resolution */
		{5, 0},	    /* interface statistics */
		{9, 1},	    /* systemd journal export */
		{10, 0},    /* decryption secrets */
		{0xbad, 1}, /* custom */
		{0x40000bad, 1}, {0x204, 1}, {0x216, 1},
		{0x221, 1},	 {0x201, 0}, {0x80000001, 0},
	};
	uint64_t frame = 1;

	(void)state;
	file_section(&file);
	file_interface(&file, ETHERNET, 0);
	for (size_t i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++) {
		file_block_begin(&file, blocks[i].type);
		file_bytes(&file, "12345678", 8);
		file_block_end(&file);
		file_enhanced(&file, 0, i, "x", 1, 1);
	}
	assert_int_equal(captured_good(&file),
			 sizeof(blocks) / sizeof(blocks[0]));
	for (size_t i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++) {
		frame += blocks[i].is_frame;
		assert_int_equal(captured.packets[i].frame, frame);
		frame++;
	}
}

/* What an interface says of its clock, a time by it, and the same in ns. */
static const struct clock {
	uint8_t resolution;
	int64_t offset_s;
	uint64_t ticks;
	uint64_t ns;
} clocks[] = {
	{0, 0, 1700000000, 1700000000000000000},
	{3, 0, 1700000000123, 1700000000123000000},
	{6, 0, 1700000000123456, 1700000000123456000},
	{7, 0, 17000000001234567, 1700000000123456700},
	{9, 0, 1700000000123456789, 1700000000123456789},
	{9, 5, 1700000000123456789, 1700000005123456789},
	{9, -5, 1700000000123456789, 1699999995123456789},
	{10, 1700000000, 1234567899, 1700000000123456789},
	{12, 1700000000, 123456789999, 1700000000123456789},
	{18, 0, 1234567890123456789, 1234567890},
	{28, 0, UINT64_MAX, 1},
	{29, 0, UINT64_MAX, 0},
	{127, 0, UINT64_MAX, 0},
	{0x80, 0, 1700000000, 1700000000000000000},
	{0x80 | 10, 0, 1700000000ULL << 10 | 512, 1700000000500000000},
	{0x80 | 32, 0, 1700000000ULL << 32 | 1, 1700000000000000000},
	{0x80 | 32, 0, 1700000000ULL << 32 | 5, 1700000000000000001},
	{0x80 | 64, 7, 1ULL << 63, 7500000000},
	{0x80 | 127, 0, UINT64_MAX, 0},
	/* Outside of what ns in 64 bits can say. */
	{6, -1700000001, 1700000000123456, 0},
	{0, 0, UINT64_MAX, UINT64_MAX},
	{0, INT64_MAX, UINT64_MAX, UINT64_MAX},
	{6, INT64_MIN, 0, 0},
};

/* Options before, between and behind those that matter are no matter. */
static void put_clock(const struct clock *c)
{
	uint64_t offset = (uint64_t)c->offset_s;

	if (file.is_swapped)
		offset = __builtin_bswap64(offset);
	file_block_begin(&file, 1);
	file_u32(&file, 0);
	file_u32(&file, 0);
	file_option(&file, 2, "eth0", 4);
	file_option(&file, 9, &c->resolution, 1);
	file_option(&file, 14, "", 0); /* of no length: not looked at */
	file_option(&file, 14, &offset, 8);
	file_option(&file, 0, "", 0);
	file_option(&file, 9, "\x09", 1);
	file_block_end(&file);
}

static void every_time_resolution_is_understood(void **state)
{
	const size_t count = sizeof(clocks) / sizeof(clocks[0]);

	(void)state;
	for (int order = 0; order < 2; order++) {
		file.len = 0;
		file.is_swapped = order;
		file_section(&file);
		for (size_t i = 0; i < count; i++)
			put_clock(&clocks[i]);
		for (size_t i = 0; i < count; i++)
			file_enhanced(&file, (uint32_t)i, clocks[i].ticks, "",
				      0, 0);
		assert_int_equal(captured_good(&file), count);
		for (size_t i = 0; i < count; i++)
			assert_int_equal(captured.packets[i].ts_ns,
					 clocks[i].ns);
	}
}

static void lengths_are_not_believed(void **state)
{
	static const struct {
		size_t at; /* in the first packet's block */
		uint32_t value;
		const char *expected;
	} lies[] = {
		{4, 0xfffffffc, "byte 48: length 4294967292 of a block"},
		{4, 16777220, "byte 48: length 16777220 of a block"},
		{4, 16777216, "byte 48: the file is cut: "},
		{4, 28, "byte 48: length 28 of a block of type 0x6, expected"},
		{4, 38, "a multiple of 4 from 32"},
		{4, 0, "byte 48: length 0 of a block"},
		{4, 36, "a block of 36 bytes ends with the length"},
		{8, 1, "byte 48: a packet of interface 1, the section has 1"},
		{20, 0xffffffff, "byte 68: a packet of 4294967295 bytes in a"},
		{20, 9, "a packet of 9 bytes in a block that has room for 8"},
		{36, 44,
		 "byte 84: a block of 40 bytes ends with the length 44"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		file.len = 0;
		file_section(&file);
		file_interface(&file, ETHERNET, 0);
		assert_int_equal(file.len, 48);
		file_enhanced(&file, 0, 0, "8 bytes.", 8, 8);
		file_enhanced(&file, 0, 0, "behind it", 9, 9);
		memcpy(file.bytes + 48 + lies[i].at, &lies[i].value, 4);
		assert_int_equal(captured_bad(&file, lies[i].expected), 0);
	}
}

static void damaged_blocks_are_told_with_their_place(void **state)
{
	(void)state;
	file_section(&file);
	file_block_begin(&file, 1);
	file_u64(&file, 0);
	file_option(&file, 9, "\x09", 1);
	file_block_end(&file);
	file.bytes[28 + 18] = 200; /* the option's length */
	assert_int_equal(
		captured_bad(&file, "byte 28: an interface description block"),
		0);

	file.len = 0;
	file_section(&file);
	file.bytes[8] = 0;
	assert_int_equal(captured_bad(&file, "neither pcap nor pcapng"), 0);

	file.len = 0;
	file_section(&file);
	file.bytes[12] = 2;
	assert_int_equal(captured_bad(&file, "byte 12: version 2.0 of pcapng"),
			 0);
}

#define TEST(name) cmocka_unit_test_setup(name, fresh)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(interfaces_of_a_pcapng_differ_in_link_type),
		TEST(sections_of_both_byte_orders_follow_each_other),
		TEST(simple_packets_end_at_the_snap_length),
		TEST(frames_are_counted_as_wireshark_does),
		TEST(every_time_resolution_is_understood),
		TEST(lengths_are_not_believed),
		TEST(damaged_blocks_are_told_with_their_place),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
