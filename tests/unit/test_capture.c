/* SPDX-License-Identifier: MIT */
/* test_capture.c - every kind of capture file is read, and the bad ones told.
 */
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

#include "capture.h"
#include "capture_file.h"

enum {
	MICRO = 0xa1b2c3d4,
	NANO = 0xa1b23c4d,
	KUZNETZOV = 0xa1b2cd34,
	ETHERNET = 1,
	RAW = 101,
	SLL = 113,
	SNAPLEN = 65535,
	PACKETS_MAX = 64,
};

static const uint64_t NS_PER_S = 1000000000;
static const uint32_t NOON = 1700000000; /* seconds since 1970 */

static struct capture_file file;
static struct packet packets[PACKETS_MAX];
static uint8_t contents[PACKETS_MAX][64];
static char why[CAPTURE_ERROR_MAX];

static int fresh(void **state)
{
	(void)state;
	file.len = 0;
	file.is_swapped = 0;
	why[0] = 0;
	return 0;
}

/*
 * Reads a file to its end: the number of packets, which then stand in packets
 * and contents. why holds the error, if there was one.
 */
static size_t read_path(const char *path, const uint8_t *head, size_t head_len)
{
	struct capture *c = capture_open(path, head, head_len, why);
	size_t n = 0;
	int rc;

	if (!c)
		return 0;
	why[0] = 0;
	while ((rc = capture_next(c, &packets[n])) == 1) {
		assert_true(packets[n].caplen <= sizeof(contents[n]));
		memcpy(contents[n], packets[n].data, packets[n].caplen);
		assert_true(++n < PACKETS_MAX);
	}
	if (rc < 0) {
		snprintf(why, sizeof(why), "%s", capture_error(c));
		assert_int_equal(capture_next(c, &packets[n]), -1);
		assert_string_equal(why, capture_error(c));
	}
	capture_close(c);
	return n;
}

static size_t read_start(const struct capture_file *f, size_t len)
{
	char path[CAPTURE_FILE_PATH_MAX];
	int fd = file_open(f, len, path);
	size_t n = read_path(path, NULL, 0);

	close(fd);
	return n;
}

/* Reads all of file, of which nothing may be wrong. */
static size_t read_good(void)
{
	size_t n = read_start(&file, file.len);

	assert_string_equal(why, "");
	return n;
}

/* Reads all of file, which must be found bad, in words that contain what. */
static size_t read_bad(const char *what)
{
	size_t n = read_start(&file, file.len);

	if (!strstr(why, what))
		fail_msg("\"%s\" is not in \"%s\"", what, why);
	assert_non_null(strstr(why, "/proc/self/fd/"));
	return n;
}

static void is_packet(size_t i, uint64_t ns, uint32_t linktype,
		      uint32_t interface, const char *data, uint32_t len)
{
	const struct packet *p = &packets[i];

	assert_int_equal(p->ts_ns, ns);
	assert_int_equal(p->linktype, linktype);
	assert_int_equal(p->interface, interface);
	assert_int_equal(p->caplen, strlen(data));
	assert_memory_equal(contents[i], data, p->caplen);
	assert_int_equal(p->len, len);
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
		assert_int_equal(read_good(), 2);
		is_packet(0, NOON * NS_PER_S + 999999 * unit, ETHERNET, 0,
			  "first", 5);
		is_packet(1, (NOON + 1) * NS_PER_S + unit, ETHERNET, 0, "cut",
			  1500);
		assert_int_equal(packets[0].frame, 1);
		assert_int_equal(packets[1].frame, 2);
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
	assert_int_equal(read_good(), 2);
	is_packet(1, NOON * NS_PER_S + 7000, ETHERNET, 0, "hello", 5);
}

static void seconds_of_a_savefile_are_unsigned(void **state)
{
	(void)state;
	file_pcap_header(&file, MICRO, SNAPLEN, ETHERNET);
	file_pcap_packet(&file, 0xf0000000, 1, "2097", 4, 4);
	assert_int_equal(read_good(), 1);
	is_packet(0, 0xf0000000 * NS_PER_S + 1000, ETHERNET, 0, "2097", 4);
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
		assert_int_equal(read_good(), 1);
		assert_int_equal(packets[0].linktype, stored[i][1]);
	}
	file.len = 0;
	file_section(&file);
	file_interface(&file, 12, 0);
	file_enhanced(&file, 0, 0, "x", 1, 1);
	assert_int_equal(read_good(), 1);
	assert_int_equal(packets[0].linktype, RAW);
}

/* One section of two interfaces, three kinds of packet block, and a note. */
static void add_mixed_section(void)
{
	file_section(&file);
	file_interface(&file, ETHERNET, 0);
	file_interface(&file, SLL, 96);
	file_enhanced(&file, 0, NOON * 1000000ULL, "ether", 5, 60);
	file_block_begin(&file, 0x77777777);
	file_bytes(&file, "a block that nobody knows", 25);
	file_block_end(&file);
	file_enhanced(&file, 1, NOON * 1000000ULL + 1, "cooked", 6, 6);
	file_block_begin(&file, 2); /* the obsolete packet block */
	file_u16(&file, 1);
	file_u16(&file, 3); /* drops */
	file_u32(&file, (uint32_t)(NOON * 1000000ULL >> 32));
	file_u32(&file, (uint32_t)(NOON * 1000000ULL));
	file_u32(&file, 3);
	file_u32(&file, 4);
	file_bytes(&file, "old", 3);
	file_block_end(&file);
}

static void interfaces_of_a_pcapng_differ_in_link_type(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		file.len = 0;
		file.is_swapped = i;
		add_mixed_section();
		assert_int_equal(read_good(), 3);
		is_packet(0, NOON * NS_PER_S, ETHERNET, 0, "ether", 60);
		is_packet(1, NOON * NS_PER_S + 1000, SLL, 1, "cooked", 6);
		is_packet(2, NOON * NS_PER_S, SLL, 1, "old", 4);
	}
}

static void sections_of_both_byte_orders_follow_each_other(void **state)
{
	(void)state;
	add_mixed_section();
	file.is_swapped = 1;
	add_mixed_section();
	file.is_swapped = 0;
	add_mixed_section();
	assert_int_equal(read_good(), 9);
	for (size_t i = 0; i < 9; i += 3) {
		uint32_t base = (uint32_t)(i / 3 * 2);

		is_packet(i, NOON * NS_PER_S, ETHERNET, base, "ether", 60);
		is_packet(i + 2, NOON * NS_PER_S, SLL, base + 1, "old", 4);
		assert_int_equal(packets[i].frame, i + 1);
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
		assert_int_equal(read_good(), 1);
		is_packet(0, 0, ETHERNET, 0,
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
	assert_int_equal(read_good(), sizeof(blocks) / sizeof(blocks[0]));
	for (size_t i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++) {
		frame += blocks[i].is_frame;
		assert_int_equal(packets[i].frame, frame);
		frame++;
	}
}

static void every_time_resolution_is_understood(void **state)
{
	static const struct {
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
	const size_t count = sizeof(clocks) / sizeof(clocks[0]);

	(void)state;
	for (int order = 0; order < 2; order++) {
		file.len = 0;
		file.is_swapped = order;
		file_section(&file);
		for (size_t i = 0; i < count; i++) {
			uint64_t offset = (uint64_t)clocks[i].offset_s;

			file_block_begin(&file, 1);
			file_u32(&file, 0);
			file_u32(&file, 0);
			file_option(&file, 2, "eth0", 4);
			file_option(&file, 9, &clocks[i].resolution, 1);
			file_option(&file, 14, "", 0); /* then not looked at */
			if (order)
				offset = __builtin_bswap64(offset);
			file_option(&file, 14, &offset, 8);
			file_option(&file, 0, "", 0);
			file_option(&file, 9, "\x09", 1); /* behind the end */
			file_block_end(&file);
		}
		for (size_t i = 0; i < count; i++)
			file_enhanced(&file, (uint32_t)i, clocks[i].ticks, "",
				      0, 0);
		assert_int_equal(read_good(), count);
		for (size_t i = 0; i < count; i++)
			assert_int_equal(packets[i].ts_ns, clocks[i].ns);
	}
}

static void add_savefile(void)
{
	file_pcap_header(&file, MICRO, SNAPLEN, ETHERNET);
	file_pcap_packet(&file, NOON, 1, "one", 3, 3);
	file_pcap_packet(&file, NOON, 2, "three", 5, 5);
	file_pcap_packet(&file, NOON, 3, "", 0, 9);
}

static void gzip_and_zstd_give_the_same_packets(void **state)
{
	static struct capture_file gzip, zstd;
	void (*const fill[])(void) = {add_savefile, add_mixed_section};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		file.len = gzip.len = zstd.len = 0;
		fill[i]();
		file_gzip(&gzip, &file);
		file_zstd(&zstd, &file);
		assert_true(capture_is_capture(gzip.bytes, 64));
		assert_true(capture_is_capture(zstd.bytes, 64));
		assert_int_equal(read_start(&gzip, gzip.len), 3);
		assert_string_equal(why, "");
		assert_memory_equal(contents[0], i ? "ether" : "one", 3);
		assert_int_equal(read_start(&zstd, zstd.len), 3);
		assert_string_equal(why, "");
		assert_memory_equal(contents[0], i ? "ether" : "one", 3);
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
		add_mixed_section();
		file_gzip(&gzip, &file);
		file_u32(&zstd, 0x184d2a53); /* a frame to be skipped */
		file_u32(&zstd, 2);
		file_bytes(&zstd, "xx", 2);
		file_zstd(&zstd, &file);
	}
	file_bytes(&gzip, "\0\0\0\0\0", 5); /* a tape's padding */
	assert_int_equal(read_start(&gzip, gzip.len), 9);
	assert_string_equal(why, "");
	assert_int_equal(read_start(&zstd, zstd.len), 9);
	assert_string_equal(why, "");
}

/* A pipe of which the first bytes were already read, as standard input. */
static void standard_input_is_read_behind_its_head(void **state)
{
	static struct capture_file gzip;
	int keep = dup(STDIN_FILENO);

	(void)state;
	add_mixed_section();
	gzip.len = 0;
	file_gzip(&gzip, &file);
	for (size_t head_len = 0; head_len <= 64; head_len += 16) {
		for (int i = 0; i < 2; i++) {
			const struct capture_file *f = i ? &gzip : &file;
			int fds[2];

			assert_int_equal(pipe(fds), 0);
			assert_int_equal(write(fds[1], f->bytes + head_len,
					       f->len - head_len),
					 f->len - head_len);
			close(fds[1]);
			dup2(fds[0], STDIN_FILENO);
			close(fds[0]);
			assert_int_equal(read_path("-", f->bytes, head_len), 3);
			assert_string_equal(why, "");
			is_packet(0, NOON * NS_PER_S, ETHERNET, 0, "ether", 60);
		}
	}
	dup2(keep, STDIN_FILENO);
	close(keep);
}

static void a_file_by_name_is_read_from_its_start(void **state)
{
	char path[CAPTURE_FILE_PATH_MAX];
	int fd;

	(void)state;
	add_savefile();
	fd = file_open(&file, file.len, path);
	assert_int_equal(read_path(path, file.bytes, 24), 3);
	assert_string_equal(why, "");
	close(fd);
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
		size_t n = read_start(f, len);

		assert_in_range(n, last, all);
		last = n;
		if (why[0])
			assert_non_null(strstr(why, ": byte "));
		else
			silent++;
	}
	assert_in_range(silent, 0, all + 4);
}

static void a_file_cut_anywhere_gives_what_is_whole(void **state)
{
	static struct capture_file packed;

	(void)state;
	add_savefile();
	cut_everywhere(&file, 3);
	packed.len = 0;
	file_gzip(&packed, &file);
	cut_everywhere(&packed, 3);
	packed.len = 0;
	file_zstd(&packed, &file);
	cut_everywhere(&packed, 3);
	file.len = 0;
	add_mixed_section();
	cut_everywhere(&file, 3);
}

/* Nothing to expect but that it comes back, and sanitizers stay silent. */
static void a_file_damaged_anywhere_ends_in_order(void **state)
{
	static const uint8_t masks[] = {0x01, 0x80, 0xff};
	static struct capture_file packed;

	(void)state;
	file.is_swapped = 1;
	add_mixed_section();
	packed.len = 0;
	file_gzip(&packed, &file);
	for (size_t i = 0; i < file.len * sizeof(masks); i++) {
		file.bytes[i / sizeof(masks)] ^= masks[i % sizeof(masks)];
		assert_in_range(read_start(&file, file.len), 0, 3);
		file.bytes[i / sizeof(masks)] ^= masks[i % sizeof(masks)];
	}
	for (size_t i = 0; i < packed.len; i++) {
		packed.bytes[i] ^= 0xff;
		assert_in_range(read_start(&packed, packed.len), 0, 3);
		packed.bytes[i] ^= 0xff;
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
		assert_int_equal(read_bad(lies[i].expected), 0);
	}
}

static void damage_is_told_with_its_place(void **state)
{
	(void)state;
	add_savefile();
	file_pcap_packet(&file, NOON, 0, "", 0, 0);
	file.len -= 8;
	file_u32(&file, 0x7fffffff);
	file_u32(&file, 0);
	/* 24 bytes of header, 3 packets of 16 + 3, 16 + 5, 16; 16 of a 4th. */
	assert_int_equal(read_bad("byte 96, frame 4: "), 3);

	file.len = 0;
	file_section(&file);
	file_block_begin(&file, 1);
	file_u64(&file, 0);
	file_option(&file, 9, "\x09", 1);
	file_block_end(&file);
	file.bytes[28 + 18] = 200; /* the option's length */
	assert_int_equal(read_bad("byte 28: an interface description block"),
			 0);

	file.len = 0;
	file_section(&file);
	file.bytes[8] = 0;
	assert_int_equal(read_bad("neither pcap nor pcapng"), 0);

	file.len = 0;
	file_section(&file);
	file.bytes[12] = 2;
	assert_int_equal(read_bad("byte 12: version 2.0 of pcapng"), 0);
}

static void what_is_no_capture_is_refused(void **state)
{
	(void)state;
	assert_false(
		capture_is_capture((const uint8_t *)"{\"@timestamp\"", 13));
	assert_false(capture_is_capture((const uint8_t *)"", 0));
	assert_false(capture_is_capture((const uint8_t *)"\xd4\xc3\xb2", 3));
	read_bad("neither pcap nor pcapng");
	file_bytes(&file, "{\"@timestamp\":\"2026-11-22T12:00:00Z\"}", 37);
	read_bad("neither pcap nor pcapng");
	assert_null(capture_open("/nonexistent/x.pcap", NULL, 0, why));
	assert_string_equal(why,
			    "/nonexistent/x.pcap: No such file or directory");
	assert_null(capture_open("/proc/self", NULL, 0, why));
	assert_string_equal(why, "/proc/self: byte 0: Is a directory");
}

static void what_begins_like_a_capture_is_one(void **state)
{
	(void)state;
	for (int order = 0; order < 2; order++) {
		file.len = 0;
		file.is_swapped = order;
		add_savefile();
		assert_true(capture_is_capture(file.bytes, 64));
		file.len = 0;
		add_mixed_section();
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
	add_mixed_section();
	gzip.len = 0;
	file_gzip(&gzip, &file);
	fd = file_open(&gzip, gzip.len, path);
	c = capture_open(path, NULL, 0, why);
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
		TEST(longer_packet_headers_of_old_linux_are_told_apart),
		TEST(seconds_of_a_savefile_are_unsigned),
		TEST(link_types_are_those_of_tcpdump_org),
		TEST(interfaces_of_a_pcapng_differ_in_link_type),
		TEST(sections_of_both_byte_orders_follow_each_other),
		TEST(simple_packets_end_at_the_snap_length),
		TEST(frames_are_counted_as_wireshark_does),
		TEST(every_time_resolution_is_understood),
		TEST(gzip_and_zstd_give_the_same_packets),
		TEST(packed_members_follow_each_other),
		TEST(standard_input_is_read_behind_its_head),
		TEST(a_file_by_name_is_read_from_its_start),
		TEST(a_file_cut_anywhere_gives_what_is_whole),
		TEST(a_file_damaged_anywhere_ends_in_order),
		TEST(lengths_are_not_believed),
		TEST(damage_is_told_with_its_place),
		TEST(what_is_no_capture_is_refused),
		TEST(what_begins_like_a_capture_is_one),
		TEST(progress_ends_at_the_size_of_the_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
