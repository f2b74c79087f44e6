/* SPDX-License-Identifier: MIT */
/* test_capture.c - captures of every kind are read, and bad ones told. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

static void savefiles_of_all_byte_orders_and_units_are_read(void **state)
{
	(void)state;
	for (int i = 0; i < 4; i++) {
		_Bool is_nano = i & 1;
		uint64_t unit = is_nano ? 1 : 1000;

		file.len = 0;
		file.is_swapped = i & 2;
		file_pcap_header(&file, is_nano ? NANO : MICRO, SNAPLEN,
				 ETHERNET);
		file_pcap_packet(&file, NOON, 999999, "first", 5, 5);
		file_pcap_packet(&file, NOON + 1, 1, "cut", 3, 1500);
		assert_int_equal(captured_good(&file), 2);
		captured_is(0, NOON * NS_PER_S + 999999 * unit, ETHERNET, 0,
			    "first", 5);
		captured_is(1, (NOON + 1) * NS_PER_S + unit, ETHERNET, 0, "cut",
			    1500);
		assert_int_equal(captured.packets[0].frame, 1);
		assert_int_equal(captured.packets[1].frame, 2);
	}
}

/* Two packets, the second cut if snaplen asks for it, and one of claimed. */
static void three_packets(_Bool is_swapped, uint32_t snaplen, uint32_t claimed)
{
	file.len = 0;
	file.is_swapped = is_swapped;
	file_pcap_header(&file, NANO, snaplen, ETHERNET);
	file_pcap_packet(&file, NOON, 1, "one", 3, 9);
	file_pcap_packet(&file, NOON + 1, 2, "second", 6, 6);
	file_pcap_packet(&file, NOON + 2, 3, "", 0, 9);
	file.len -= 8;
	file_u32(&file, claimed);
	file_u32(&file, 9);
	file_bytes(&file, "third", 5);
}

static void captured_same(const struct captured *other, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct packet *p = &captured.packets[i];
		const struct packet *q = &other->packets[i];

		assert_int_equal(p->ts_ns, q->ts_ns);
		assert_int_equal(p->len, q->len);
		assert_int_equal(p->caplen, q->caplen);
		assert_memory_equal(captured.contents[i], other->contents[i],
				    p->caplen);
	}
	assert_string_equal(captured.why, other->why);
}

/*
 * This machine's byte order is read by us, the other one by libpcap: what one
 * gives, the other does, and where the file is cut both say the same.
 */
static void either_byte_order_is_told_the_same(void **state)
{
	static const uint32_t snaplens[] = {4, SNAPLEN, 262144, 262145, 0};
	static const uint32_t claims[] = {5, 6, 262144, 262145, UINT32_MAX};
	static struct captured plain;
	size_t n;

	(void)state;
	for (size_t i = 0; i < 25 * 128; i++) {
		uint32_t snaplen = snaplens[i / 128 / 5];
		uint32_t claimed = claims[i / 128 % 5];

		three_packets(0, snaplen, claimed);
		if (i % 128 > file.len)
			continue;
		n = captured_start(&file, i % 128);
		plain = captured;
		three_packets(1, snaplen, claimed);
		assert_int_equal(captured_start(&file, i % 128), n);
		captured_same(&plain, n);
	}
}

static void longer_packet_headers_of_old_linux_are_told_apart(void **state)
{
	(void)state;
	file_pcap_header(&file, KUZNETZOV, SNAPLEN, ETHERNET);
	for (int i = 0; i < 2; i++) {
		file_pcap_packet(&file, NOON, 7, "", 0, 5);
		file.len -= 8;
		file_u32(&file, 5); /* captured */
		file_u32(&file, 5);
		file_u64(&file, 0x0102030405060708); /* interface, protocol */
		file_bytes(&file, "hello", 5);
	}
	assert_int_equal(captured_good(&file), 2);
	captured_is(1, NOON * NS_PER_S + 7000, ETHERNET, 0, "hello", 5);
}

static void seconds_of_a_savefile_are_unsigned(void **state)
{
	(void)state;
	file_pcap_header(&file, MICRO, SNAPLEN, ETHERNET);
	file_pcap_packet(&file, 0xf0000000, 1, "2097", 4, 4);
	assert_int_equal(captured_good(&file), 1);
	captured_is(0, 0xf0000000 * NS_PER_S + 1000, ETHERNET, 0, "2097", 4);
}

static void link_types_are_those_of_tcpdump_org(void **state)
{
	static const uint32_t stored[][2] = {
		{12, RAW},
		{14, RAW},
		{RAW, RAW},
		{SLL, SLL},
		{0x24000000 | ETHERNET,
		 ETHERNET}, /* with a checksum's length */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(stored) / sizeof(stored[0]); i++) {
		file.len = 0;
		file_pcap_header(&file, MICRO, SNAPLEN, stored[i][0]);
		file_pcap_packet(&file, NOON, 0, "x", 1, 1);
		assert_int_equal(captured_good(&file), 1);
		assert_int_equal(captured.packets[0].linktype, stored[i][1]);
	}
	file.len = 0;
	file_section(&file);
	file_interface(&file, 12, 0);
	file_enhanced(&file, 0, 0, "x", 1, 1);
	assert_int_equal(captured_good(&file), 1);
	assert_int_equal(captured.packets[0].linktype, RAW);
}

static void gzip_and_zstd_give_the_same_packets(void **state)
{
	static struct capture_file gzip, zstd;
	void (*const fill[])(struct capture_file *) = {
		file_savefile,
		file_mixed_section,
	};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		file.len = gzip.len = zstd.len = 0;
		fill[i](&file);
		file_gzip(&gzip, &file);
		file_zstd(&zstd, &file);
		assert_true(capture_is_capture(gzip.bytes, 64));
		assert_true(capture_is_capture(zstd.bytes, 64));
		assert_int_equal(captured_start(&gzip, gzip.len), 3);
		assert_string_equal(captured.why, "");
		assert_memory_equal(captured.contents[0], i ? "ether" : "one",
				    3);
		assert_int_equal(captured_start(&zstd, zstd.len), 3);
		assert_string_equal(captured.why, "");
		assert_memory_equal(captured.contents[0], i ? "ether" : "one",
				    3);
	}
}

/* As cat and pigz, or zstd's threads, leave it behind. */
static void packed_members_follow_each_other(void **state)
{
	static struct capture_file gzip, zstd;

	(void)state;
	gzip.len = zstd.len = 0;
	for (int i = 0; i < 3; i++) {
		file.len = 0;
		file_mixed_section(&file);
		file_gzip(&gzip, &file);
		file_u32(&zstd, 0x184d2a53); /* a frame to be skipped */
		file_u32(&zstd, 2);
		file_bytes(&zstd, "xx", 2);
		file_zstd(&zstd, &file);
	}
	file_bytes(&gzip, "\0\0\0\0\0", 5); /* a tape's padding */
	assert_int_equal(captured_start(&gzip, gzip.len), 9);
	assert_string_equal(captured.why, "");
	assert_int_equal(captured_start(&zstd, zstd.len), 9);
	assert_string_equal(captured.why, "");
}

static void standard_input_may_be_a_pipe(void **state)
{
	static struct capture_file gzip;
	int keep = dup(STDIN_FILENO);

	(void)state;
	file_mixed_section(&file);
	gzip.len = 0;
	file_gzip(&gzip, &file);
	for (int i = 0; i < 2; i++) {
		const struct capture_file *f = i ? &gzip : &file;
		int fds[2];

		assert_int_equal(pipe(fds), 0);
		assert_int_equal(write(fds[1], f->bytes, f->len), f->len);
		close(fds[1]);
		dup2(fds[0], STDIN_FILENO);
		close(fds[0]);
		assert_int_equal(captured_from("-"), 3);
		assert_string_equal(captured.why, "");
		captured_is(0, NOON * NS_PER_S, ETHERNET, 0, "ether", 60);
	}
	dup2(keep, STDIN_FILENO);
	close(keep);
}

/*
 * Whatever is missing at the end, the packets before it are good, and what is
 * missing is said, unless the file ends between two packets.
 */
static void cut_everywhere(const struct capture_file *f, size_t all)
{
	size_t last = 0;
	size_t silent = 0;

	for (size_t len = 0; len < f->len; len++) {
		size_t n = captured_start(f, len);

		assert_in_range(n, last, all);
		last = n;
		if (captured.why[0])
			assert_non_null(strstr(captured.why, ": byte "));
		else
			silent++;
	}
	assert_in_range(silent, 0, all + 4);
}

static void a_file_cut_anywhere_gives_what_is_whole(void **state)
{
	static struct capture_file packed;

	(void)state;
	file_savefile(&file);
	cut_everywhere(&file, 3);
	packed.len = 0;
	file_gzip(&packed, &file);
	cut_everywhere(&packed, 3);
	packed.len = 0;
	file_zstd(&packed, &file);
	cut_everywhere(&packed, 3);
	file.len = 0;
	file_mixed_section(&file);
	cut_everywhere(&file, 3);
}

/* Nothing to expect but that it comes back, and sanitizers stay silent. */
static void a_file_damaged_anywhere_ends_in_order(void **state)
{
	static const uint8_t masks[] = {0x01, 0x80, 0xff};
	static struct capture_file packed;

	(void)state;
	file.is_swapped = 1;
	file_mixed_section(&file);
	packed.len = 0;
	file_gzip(&packed, &file);
	for (size_t i = 0; i < file.len * sizeof(masks); i++) {
		file.bytes[i / sizeof(masks)] ^= masks[i % sizeof(masks)];
		assert_in_range(captured_start(&file, file.len), 0, 3);
		file.bytes[i / sizeof(masks)] ^= masks[i % sizeof(masks)];
	}
	for (size_t i = 0; i < packed.len; i++) {
		packed.bytes[i] ^= 0xff;
		assert_in_range(captured_start(&packed, packed.len), 0, 3);
		packed.bytes[i] ^= 0xff;
	}
}

static void damage_is_told_with_its_place(void **state)
{
	(void)state;
	file_savefile(&file);
	file_pcap_packet(&file, NOON, 0, "", 0, 0);
	file.len -= 8;
	file_u32(&file, 0x7fffffff);
	file_u32(&file, 0);
	/* 24 bytes of header, 3 packets of 16 + 3, 16 + 5, 16; 16 of a 4th. */
	assert_int_equal(captured_bad(&file, "byte 96, frame 4: "), 3);
}

static void what_is_no_capture_is_refused(void **state)
{
	(void)state;
	assert_false(
		capture_is_capture((const uint8_t *)"{\"@timestamp\"", 13));
	assert_false(capture_is_capture((const uint8_t *)"", 0));
	assert_false(capture_is_capture((const uint8_t *)"\xd4\xc3\xb2", 3));
	captured_bad(&file, "neither pcap nor pcapng");
	file_bytes(&file, "{\"@timestamp\":\"2026-11-22T12:00:00Z\"}", 37);
	captured_bad(&file, "neither pcap nor pcapng");
	assert_null(capture_open("/nonexistent/x.pcap", captured.why));
	assert_string_equal(captured.why,
			    "/nonexistent/x.pcap: No such file or directory");
	assert_null(capture_open("/proc/self", captured.why));
	assert_string_equal(captured.why, "/proc/self: byte 0: Is a directory");
}

static void what_begins_like_a_capture_is_one(void **state)
{
	(void)state;
	for (int order = 0; order < 2; order++) {
		file.len = 0;
		file.is_swapped = order;
		file_savefile(&file);
		assert_true(capture_is_capture(file.bytes, 64));
		file.len = 0;
		file_mixed_section(&file);
		assert_true(capture_is_capture(file.bytes, 64));
	}
}

static void progress_ends_at_the_size_of_the_file(void **state)
{
	static struct capture_file gzip;
	char path[CAPTURE_FILE_PATH_MAX];
	struct capture *c;
	struct packet p;
	uint64_t done, total;
	int fd;

	(void)state;
	file_mixed_section(&file);
	gzip.len = 0;
	file_gzip(&gzip, &file);
	fd = file_open(&gzip, gzip.len, path);
	c = capture_open(path, captured.why);
	assert_non_null(c);
	while (capture_next(c, &p) == 1)
		;
	capture_progress(c, &done, &total);
	assert_int_equal(done, gzip.len);
	assert_int_equal(total, gzip.len);
	capture_close(c);
	close(fd);
}

#define TEST(name) cmocka_unit_test_setup(name, fresh)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(savefiles_of_all_byte_orders_and_units_are_read),
		TEST(either_byte_order_is_told_the_same),
		TEST(longer_packet_headers_of_old_linux_are_told_apart),
		TEST(seconds_of_a_savefile_are_unsigned),
		TEST(link_types_are_those_of_tcpdump_org),
		TEST(gzip_and_zstd_give_the_same_packets),
		TEST(packed_members_follow_each_other),
		TEST(standard_input_may_be_a_pipe),
		TEST(a_file_cut_anywhere_gives_what_is_whole),
		TEST(a_file_damaged_anywhere_ends_in_order),
		TEST(damage_is_told_with_its_place),
		TEST(what_is_no_capture_is_refused),
		TEST(what_begins_like_a_capture_is_one),
		TEST(progress_ends_at_the_size_of_the_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
