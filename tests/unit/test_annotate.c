/* SPDX-License-Identifier: MIT */
/* test_annotate.c - comments are added, and nothing else is changed. */
#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "annotate.h"
#include "captured.h"

static char dir[] = "/tmp/rstwatch-annotate-XXXXXX";
static char output[64];
static char why[ANNOTATE_ERROR_MAX];
static struct capture_file input, result, expected;

static const struct annotation SECOND[] = {
	{2, {{"reset because server[4242] close(5)", "{\"fd\":5}"}}},
};

static int make_dir(void **state)
{
	(void)state;
	if (!mkdtemp(dir))
		return -1;
	snprintf(output, sizeof(output), "%s/out.pcapng", dir);
	return 0;
}

static int remove_dir(void **state)
{
	(void)state;
	unlink(output);
	return rmdir(dir);
}

static int fresh(void **state)
{
	(void)state;
	input.len = result.len = expected.len = 0;
	input.is_swapped = expected.is_swapped = 0;
	why[0] = 0;
	unlink(output);
	return 0;
}

static void read_output(void)
{
	FILE *f = fopen(output, "r");

	assert_non_null(f);
	result.len = fread(result.bytes, 1, sizeof(result.bytes), f);
	fclose(f);
}

/* Annotates all of input, and reads the output. */
static enum annotate_result run(const struct annotation *a, size_t count)
{
	char path[CAPTURE_FILE_PATH_MAX];
	int fd = file_open(&input, input.len, path);
	enum annotate_result rc = annotate(path, output, a, count, why);

	close(fd);
	if (rc != ANNOTATE_FAILED)
		read_output();
	return rc;
}

static void is_expected(void)
{
	assert_int_equal(result.len, expected.len);
	assert_memory_equal(result.bytes, expected.bytes, expected.len);
}

/* How many names there are in dir. */
static int files_in_dir(void)
{
	DIR *d = opendir(dir);
	int n = -2; /* . and .. */

	while (readdir(d))
		n++;
	closedir(d);
	return n;
}

static void put_packet(struct capture_file *f, uint32_t type, const char *data)
{
	file_block_begin(f, type);
	file_u32(f, 0); /* interface; and drops, in the obsolete block */
	file_u64(f, 0x1122334455667788);
	file_u32(f, (uint32_t)strlen(data));
	file_u32(f, 1500);
	file_bytes(f, data, strlen(data));
}

/* A section with three packets, of which the second may have options. */
static void put_section(struct capture_file *f, uint32_t type,
			const char *comment, const char *json,
			_Bool has_own_options)
{
	file_section(f);
	file_interface(f, ETHERNET, SNAPLEN);
	put_packet(f, type, "first");
	file_block_end(f);
	put_packet(f, type, "second");
	if (comment)
		file_option(f, 1, comment, (uint16_t)strlen(comment));
	if (json)
		file_option(f, 1, json, (uint16_t)strlen(json));
	if (has_own_options) {
		file_option(f, 1, "said before", 11);
		file_option(f, 2, "\0\0\0\1", 4); /* flags */
	}
	if (comment || json || has_own_options)
		file_option(f, 0, "", 0);
	file_block_end(f);
	file_block_begin(f, 5); /* interface statistics */
	file_bytes(f, "123456789012", 12);
	file_block_end(f);
	put_packet(f, type, "third");
	file_block_end(f);
}

static void a_pcapng_differs_by_its_comments_alone(void **state)
{
	static const uint32_t types[] = {6, 2};

	(void)state;
	for (int i = 0; i < 8; i++) {
		uint32_t type = types[i & 1];
		_Bool has_own = i & 2;

		fresh(NULL);
		input.is_swapped = expected.is_swapped = i & 4;
		put_section(&input, type, NULL, NULL, has_own);
		put_section(&expected, type, SECOND[0].comments.text[0],
			    SECOND[0].comments.text[1], has_own);
		assert_int_equal(run(SECOND, 1), ANNOTATE_DONE);
		is_expected();
	}
}

static void without_comments_a_pcapng_stays_as_it_is(void **state)
{
	(void)state;
	file_mixed_section(&input);
	input.is_swapped = 1;
	file_mixed_section(&input);
	assert_int_equal(run(NULL, 0), ANNOTATE_DONE);
	assert_int_equal(result.len, input.len);
	assert_memory_equal(result.bytes, input.bytes, input.len);
}

static void either_comment_may_be_left_out(void **state)
{
	static const struct annotation ones[] = {
		{2, {{"for people", NULL}}},
		{5, {{NULL, "{}"}}},
	};

	(void)state;
	for (int i = 0; i < 2; i++) {
		put_section(&input, 6, NULL, NULL, 0);
		put_section(&expected, 6, ones[i].comments.text[0],
			    ones[i].comments.text[1], 0);
	}
	assert_int_equal(run(ones, 2), ANNOTATE_DONE);
	is_expected();
}

/* It has no room for options, and no time: the new one says 1970. */
static void a_simple_packet_becomes_an_enhanced_one(void **state)
{
	(void)state;
	file_section(&input);
	file_interface(&input, ETHERNET, 0);
	for (int i = 0; i < 2; i++) {
		file_block_begin(&input, 3);
		file_u32(&input, 6);
		file_bytes(&input, "simple", 6);
		file_block_end(&input);
	}
	assert_int_equal(run(SECOND, 1), ANNOTATE_DONE);
	assert_int_equal(captured_good(&result), 2);
	captured_is(0, 0, ETHERNET, 0, "simple", 6);
	captured_is(1, 0, ETHERNET, 0, "simple", 6);
	assert_memory_equal(result.bytes, input.bytes, 48 + 24);
	assert_int_equal(result.bytes[48 + 24], 6);
}

static void a_section_that_said_its_length_says_it_anew(void **state)
{
	static const struct annotation both[] = {
		{1, {{"four", NULL}}},
		{4, {{"four", NULL}}},
	};

	(void)state;
	for (int i = 0; i < 2; i++) {
		size_t start = input.len;
		size_t end;

		input.is_swapped = i;
		file_mixed_section(&input);
		end = input.len;
		input.len = start + 16;
		file_u64(&input, end - start - 28);
		input.len = end;
	}
	assert_int_equal(run(both, 2), ANNOTATE_DONE);
	assert_int_equal(captured_good(&result), 6);
	/* An option of 4 + 4 bytes and the end of the options. */
	expected.len = 16;
	file_u64(&expected, input.len / 2 - 28 + 12);
	expected.is_swapped = 1;
	file_u64(&expected, input.len / 2 - 28 + 12);
	assert_memory_equal(result.bytes + 16, expected.bytes + 16, 8);
	assert_memory_equal(result.bytes + input.len / 2 + 12 + 16,
			    expected.bytes + 24, 8);
}

static void a_classic_pcap_becomes_pcapng_with_the_same_packets(void **state)
{
	static const uint32_t magics[] = {MICRO, NANO};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		uint64_t unit = i ? 1 : 1000;

		fresh(NULL);
		file_pcap_header(&input, magics[i], SNAPLEN, SLL);
		file_pcap_packet(&input, NOON, 999999, "first", 5, 5);
		file_pcap_packet(&input, NOON, 7, "second", 6, 1500);
		assert_int_equal(run(SECOND, 1), ANNOTATE_DONE);
		assert_int_equal(captured_good(&result), 2);
		captured_is(0, NOON * NS_PER_S + 999999 * unit, SLL, 0, "first",
			    5);
		captured_is(1, NOON * NS_PER_S + 7 * unit, SLL, 0, "second",
			    1500);
		assert_non_null(memmem(result.bytes, result.len,
				       SECOND[0].comments.text[0], 35));
	}
}

static void a_packed_capture_is_annotated_unpacked(void **state)
{
	static struct capture_file plain;

	(void)state;
	for (int i = 0; i < 2; i++) {
		fresh(NULL);
		plain.len = 0;
		file_mixed_section(&plain);
		if (i)
			file_gzip(&input, &plain);
		else
			file_zstd(&input, &plain);
		assert_int_equal(run(NULL, 0), ANNOTATE_DONE);
		assert_int_equal(result.len, plain.len);
		assert_memory_equal(result.bytes, plain.bytes, plain.len);
	}
}

static void of_a_cut_capture_the_good_part_is_kept(void **state)
{
	size_t good;

	(void)state;
	file_mixed_section(&input);
	good = input.len;
	file_mixed_section(&input);
	input.len = good + 30;
	assert_int_equal(run(SECOND, 1), ANNOTATE_CUT);
	assert_non_null(strstr(why, "the file is cut"));
	assert_int_equal(captured_good(&result), 3);

	fresh(NULL);
	file_savefile(&input);
	input.len -= 20;
	assert_int_equal(run(SECOND, 1), ANNOTATE_CUT);
	assert_non_null(strstr(why, "frame 2"));
	assert_int_equal(captured_good(&result), 1);
}

static void a_capture_can_be_annotated_in_place(void **state)
{
	FILE *f = fopen(output, "w");

	(void)state;
	put_section(&input, 6, NULL, NULL, 1);
	put_section(&expected, 6, SECOND[0].comments.text[0],
		    SECOND[0].comments.text[1], 1);
	fwrite(input.bytes, 1, input.len, f);
	fclose(f);
	chmod(output, 0600);
	assert_int_equal(annotate(output, output, SECOND, 1, why),
			 ANNOTATE_DONE);
	read_output();
	is_expected();
	assert_int_equal(files_in_dir(), 1);
}

static void who_may_not_read_the_old_file_may_not_read_the_new(void **state)
{
	struct stat st;
	int fd = open(output, O_WRONLY | O_CREAT, 0600);

	(void)state;
	close(fd);
	file_mixed_section(&input);
	assert_int_equal(run(SECOND, 1), ANNOTATE_DONE);
	assert_int_equal(stat(output, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

/* A limit on file sizes fails as a full disk does: in the middle. */
static void a_full_disk_leaves_what_was_there(void **state)
{
	struct rlimit old;
	FILE *f = fopen(output, "w");

	(void)state;
	fputs("what was there", f);
	fclose(f);
	file_section(&input);
	file_interface(&input, ETHERNET, 0);
	while (input.len < 32 * 1024) {
		put_packet(&input, 6, "many");
		file_block_end(&input);
	}

	getrlimit(RLIMIT_FSIZE, &old);
	for (rlim_t limit = 100; limit < input.len; limit += 5000) {
		char path[CAPTURE_FILE_PATH_MAX];
		int fd = file_open(&input, input.len, path);
		enum annotate_result rc;

		signal(SIGXFSZ, SIG_IGN);
		setrlimit(RLIMIT_FSIZE, &(struct rlimit){limit, old.rlim_max});
		rc = annotate(path, output, SECOND, 1, why);
		setrlimit(RLIMIT_FSIZE, &old);
		signal(SIGXFSZ, SIG_DFL);
		close(fd);
		assert_int_equal(rc, ANNOTATE_FAILED);
		assert_non_null(strstr(why, "out.pcapng: File too large"));
		read_output();
		assert_int_equal(result.len, 14);
		assert_int_equal(files_in_dir(), 1);
	}
}

static void what_cannot_be_written_is_told(void **state)
{
	char path[CAPTURE_FILE_PATH_MAX];
	int fd;

	(void)state;
	file_mixed_section(&input);
	fd = file_open(&input, input.len, path);
	assert_int_equal(
		annotate(path, "/nonexistent/x.pcapng", SECOND, 1, why),
		ANNOTATE_FAILED);
	assert_string_equal(why, "/nonexistent/x.pcapng: No such file or "
				 "directory");
	assert_int_equal(annotate(path, "/dev/null", SECOND, 1, why),
			 ANNOTATE_FAILED);
	assert_string_equal(why, "/dev/null: not a regular file");
	assert_int_equal(annotate(path, dir, SECOND, 1, why), ANNOTATE_FAILED);
	assert_int_equal(files_in_dir(), 0);
	close(fd);
}

static void what_cannot_be_read_is_told_and_nothing_written(void **state)
{
	static char text[PCAPNG_COMMENT_MAX + 2];
	const struct annotation long_one[] = {{2, {{text, NULL}}}};

	(void)state;
	assert_int_equal(annotate("-", output, SECOND, 1, why),
			 ANNOTATE_FAILED);
	assert_non_null(strstr(why, "-: only a regular file"));
	assert_int_equal(annotate("/nonexistent", output, SECOND, 1, why),
			 ANNOTATE_FAILED);
	assert_string_equal(why, "/nonexistent: No such file or directory");
	file_bytes(&input, "{\"@timestamp\":\"2026-11-22\"}", 27);
	assert_int_equal(run(SECOND, 1), ANNOTATE_FAILED);
	assert_non_null(strstr(why, "neither pcap nor pcapng"));

	/* Not even the section header is whole: no file rather than an empty.
	 */
	input.len = 0;
	file_section(&input);
	input.len -= 4;
	assert_int_equal(run(SECOND, 1), ANNOTATE_FAILED);
	assert_non_null(strstr(why, "the file is cut"));

	input.len = 0;
	file_mixed_section(&input);
	memset(text, 'x', sizeof(text) - 1);
	assert_int_equal(run(long_one, 1), ANNOTATE_FAILED);
	assert_non_null(strstr(why, "a comment of 65536 bytes on frame 2"));
	assert_int_equal(files_in_dir(), 0);
	text[PCAPNG_COMMENT_MAX] = '\0';
	assert_int_equal(run(long_one, 1), ANNOTATE_DONE);
}

#define TEST(name) cmocka_unit_test_setup(name, fresh)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_pcapng_differs_by_its_comments_alone),
		TEST(without_comments_a_pcapng_stays_as_it_is),
		TEST(either_comment_may_be_left_out),
		TEST(a_simple_packet_becomes_an_enhanced_one),
		TEST(a_section_that_said_its_length_says_it_anew),
		TEST(a_classic_pcap_becomes_pcapng_with_the_same_packets),
		TEST(a_packed_capture_is_annotated_unpacked),
		TEST(of_a_cut_capture_the_good_part_is_kept),
		TEST(a_capture_can_be_annotated_in_place),
		TEST(who_may_not_read_the_old_file_may_not_read_the_new),
		TEST(a_full_disk_leaves_what_was_there),
		TEST(what_cannot_be_written_is_told),
		TEST(what_cannot_be_read_is_told_and_nothing_written),
	};

	return cmocka_run_group_tests(tests, make_dir, remove_dir);
}
