/* SPDX-License-Identifier: MIT */
/* test_log.c - records are read, and what is none is passed over and named. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "log.h"

#define RECORD(action, more) \
	"{\"@timestamp\":\"2026-11-22T12:00:00.123456789Z\"," \
	"\"event.action\":\"" action "\",\"rstwatch.schema\":1," \
	"\"process.pid\":42,\"process.name\":\"server\"" more "}"

static struct log_store *store;
static struct log_count count;
static char why[LOG_ERROR_MAX];

static int fresh(void **state)
{
	(void)state;
	store = log_store_new();
	return store ? 0 : -1;
}

static int done(void **state)
{
	(void)state;
	log_store_free(store);
	return 0;
}

static struct log_event parse(const char *line)
{
	struct log_event e;

	assert_int_equal(log_parse(store, line, strlen(line), &e), 1);
	return e;
}

/* The number of events in a log of these bytes; its errors are in why. */
static size_t read_log(const char *text, size_t len)
{
	int fd = memfd_create("log", MFD_CLOEXEC);
	char path[64];
	struct stream *s;
	size_t n;

	assert_int_equal(write(fd, text, len), (ssize_t)len);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	s = stream_open(path, why);
	assert_non_null(s);
	log_read(store, s, 3, &count, why);
	stream_close(s);
	close(fd);
	log_store_events(store, &n);
	return n;
}

static size_t read_text(const char *text)
{
	return read_log(text, strlen(text));
}

static void every_key_of_the_contract_is_read(void **state)
{
	struct log_event e = parse(RECORD(
		"reset-predicted",
		",\"network.local.address\":\"127.0.0.1\","
		"\"network.local.port\":8080,"
		"\"network.peer.address\":\"127.0.0.2\","
		"\"network.peer.port\":65535,\"rstwatch.seq\":7,"
		"\"rstwatch.cause\":\"unread-data\","
		"\"rstwatch.certainty\":\"certain\","
		"\"rstwatch.sender\":\"self\",\"rstwatch.call\":\"close\","
		"\"rstwatch.fd\":5,\"rstwatch.state\":\"CLOSE_WAIT\","
		"\"rstwatch.unread_bytes\":11,\"rstwatch.linger\":0,"
		"\"rstwatch.bytes_sent\":5000000000,"
		"\"rstwatch.bytes_received\":3,"
		"\"rstwatch.socket_cookie\":99,"
		"\"rstwatch.last.call\":\"read\",\"rstwatch.last.result\":-1,"
		"\"rstwatch.last.after_fin\":true,"
		"\"rstwatch.linger_set_at\":{\"module\":\"/a\",\"offset\":1},"
		"\"rstwatch.stack\":[{\"module\":\"/bin/app\","
		"\"build_id\":\"0a0b\",\"offset\":4660},{}]"));

	(void)state;
	assert_int_equal(e.action, RST_RESET_PREDICTED);
	assert_true(e.ts_ns == 1795348800123456789ull);
	assert_int_equal(e.pid, 42);
	assert_string_equal(e.process, "server");
	assert_int_equal(e.local.family, 4);
	assert_int_equal(e.local.port, 8080);
	assert_int_equal(e.peer.ip[3], 2);
	assert_int_equal(e.peer.port, 65535);
	assert_int_equal(e.cause, RST_CAUSE_UNREAD_DATA);
	assert_int_equal(e.certainty, RST_CERTAIN);
	assert_int_equal(e.sender, RST_SENDER_SELF);
	assert_string_equal(e.call, "close");
	assert_int_equal(e.fd, 5);
	assert_string_equal(e.state, "CLOSE_WAIT");
	assert_int_equal(e.unread, 11);
	assert_true(e.bytes_sent == 5000000000);
	assert_int_equal(e.have, RST_HAVE_UNREAD | RST_HAVE_LINGER |
					 RST_HAVE_BYTES | RST_HAVE_COOKIE);
	assert_string_equal(e.last_call, "read");
	assert_int_equal(e.last_result, -1);
	assert_true(e.last_was_after_fin);
	assert_string_equal(e.linger_set_at->module, "/a");
	assert_int_equal(e.stack_len, 2);
	assert_string_equal(e.stack[0].build_id, "0a0b");
	assert_int_equal(e.stack[0].offset, 4660);
	assert_null(e.stack[1].module);
}

static void what_is_absent_stays_unknown(void **state)
{
	struct log_event e = parse(RECORD("reset-received", ""));

	(void)state;
	assert_int_equal(e.action, RST_RESET_RECEIVED);
	assert_int_equal(e.fd, -1);
	assert_int_equal(e.have, 0);
	assert_int_equal(e.local.family, 0);
	assert_null(e.call);
	assert_int_equal(e.cause, RST_CAUSE_NONE);
}

static void values_of_another_type_stay_unknown(void **state)
{
	struct log_event e = parse(RECORD(
		"reset-predicted",
		",\"rstwatch.fd\":\"5\",\"rstwatch.call\":7,"
		"\"rstwatch.unread_bytes\":1.5,\"rstwatch.stack\":{},"
		"\"rstwatch.cause\":\"no-such-cause\","
		"\"network.local.address\":\"localhost\","
		"\"network.local.port\":{},\"rstwatch.linger_set_at\":[]"));

	(void)state;
	assert_int_equal(e.fd, -1);
	assert_null(e.call);
	assert_int_equal(e.have, 0);
	assert_int_equal(e.stack_len, 0);
	assert_int_equal(e.cause, RST_CAUSE_NONE);
	assert_int_equal(e.local.family, 0);
	assert_null(e.linger_set_at);
}

static void times_are_read_in_every_zone(void **state)
{
	static const struct {
		const char *text;
		uint64_t ns;
	} times[] = {
		{"1970-01-01T00:00:01Z", 1000000000},
		{"1970-01-01T01:00:01+01:00", 1000000000},
		{"1969-12-31T23:30:01.5-00:30", 1500000000},
		{"1970-01-01 00:00:01.000000001999Z", 1000000001},
		{"yesterday", 0},
		{"1970-01-01T00:00:01", 0},
		{"1970-01-01T00:00", 0},
		{"", 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		char line[256];

		snprintf(line, sizeof(line),
			 "{\"@timestamp\":\"%s\",\"rstwatch.schema\":1,"
			 "\"event.action\":\"reset-predicted\"}",
			 times[i].text);
		assert_true(parse(line).ts_ns == times[i].ns);
	}
}

static void mapped_addresses_are_ipv4(void **state)
{
	struct log_event e =
		parse(RECORD("reset-predicted",
			     ",\"network.local.address\":\"::ffff:1.2.3.4\","
			     "\"network.peer.address\":\"2001:db8::1\""));

	(void)state;
	assert_int_equal(e.local.family, 4);
	assert_int_equal(e.local.ip[0], 1);
	assert_int_equal(e.local.ip[4], 0);
	assert_int_equal(e.peer.family, 6);
}

static void other_records_are_counted_and_passed_over(void **state)
{
	(void)state;
	assert_int_equal(
		read_text(RECORD("process-started", "") "\n" RECORD(
			"reset-predicted",
			"") "\r\n\n{\"other\":1}\n" RECORD("process-ended",
							   "") "\n"),
		1);
	assert_string_equal(why, "");
	assert_int_equal(count.lines, 5);
	assert_int_equal(count.records, 3);
	assert_int_equal(log_store_events(store, &(size_t){0})[0].line, 2);
	assert_int_equal(log_store_events(store, &(size_t){0})[0].log, 3);
}

static void junk_is_named_by_its_line_and_the_rest_is_read(void **state)
{
	(void)state;
	assert_int_equal(
		read_text(RECORD("reset-predicted",
				 "") "\n"
				     "Segmentation fault\n"
				     "{\"half\":\n[1]\n" RECORD(
					     "reset-received", "") "\n"),
		2);
	assert_non_null(strstr(why, ": line 2: no JSON object"));
	assert_non_null(strstr(why, "record of rstwatch (and 2 more lines)"));
	assert_int_equal(count.bad, 3);
}

static void a_half_last_line_is_named_as_cut(void **state)
{
	(void)state;
	assert_int_equal(read_text(RECORD("reset-predicted",
					  "") "\n"
					      "{\"@timestamp\":\"2026-"),
			 1);
	assert_non_null(strstr(why, ": line 2: cut in the middle"));
}

static void a_last_line_may_lack_its_newline(void **state)
{
	(void)state;
	assert_int_equal(read_text(RECORD("reset-predicted", "")), 1);
	assert_string_equal(why, "");
}

static void an_empty_file_is_no_log(void **state)
{
	(void)state;
	assert_int_equal(read_text(""), 0);
	assert_non_null(strstr(why, "is empty"));
	assert_int_equal(read_text("{\"level\":\"info\"}\n"), 0);
	assert_non_null(strstr(why, "no record in it"));
}

static void bytes_that_are_no_text_do_no_harm(void **state)
{
	static const char noise[] = "\0\0\xff\xfe{\"\0\"}\n\n{\0}\n{}}\n";

	(void)state;
	assert_int_equal(read_log(noise, sizeof(noise) - 1), 0);
	assert_non_null(strstr(why, ": line 1: no JSON object"));
}

static void a_line_without_end_is_given_up(void **state)
{
	size_t len = LOG_LINE_MAX + 10;
	char *text = malloc(len);

	(void)state;
	assert_non_null(text);
	memset(text, 'x', len);
	assert_int_equal(read_log(text, len), 0);
	assert_non_null(strstr(why, ": line 1: longer than 1 MiB"));
	assert_int_equal(count.lines, 1);
	free(text);
}

static void what_follows_a_line_too_long_is_read(void **state)
{
	static const char record[] = RECORD("reset-predicted", "") "\n";
	size_t len = 3 * LOG_LINE_MAX, n = sizeof(record) - 1, events;
	char *text = malloc(len + 2 * n);
	struct log_event *e;

	(void)state;
	assert_non_null(text);
	memset(text, 'x', len + 2 * n);
	memcpy(text, record, n);
	text[n + len - 1] = '\n';
	memcpy(text + n + len, record, n);
	assert_int_equal(read_log(text, len + 2 * n), 2);
	e = log_store_events(store, &events);
	assert_int_equal(e[1].line, 3);
	assert_int_equal(count.bad, 1);
	assert_int_equal(count.bytes, len + 2 * n);
	assert_non_null(strstr(why, ": line 2: longer than 1 MiB"));
	free(text);
}

static void nesting_is_bounded(void **state)
{
	struct log_event e;
	char line[1000];

	(void)state;
	memset(line, '[', sizeof(line));
	assert_int_equal(log_parse(store, line, sizeof(line), &e), -1);
}

static void strings_are_kept_once(void **state)
{
	struct log_event a = parse(RECORD("reset-predicted", ""));
	struct log_event b = parse(RECORD("reset-received", ""));

	(void)state;
	assert_ptr_equal(a.process, b.process);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fresh, done)
	const struct CMUnitTest tests[] = {
		TEST(every_key_of_the_contract_is_read),
		TEST(what_is_absent_stays_unknown),
		TEST(values_of_another_type_stay_unknown),
		TEST(times_are_read_in_every_zone),
		TEST(mapped_addresses_are_ipv4),
		TEST(other_records_are_counted_and_passed_over),
		TEST(junk_is_named_by_its_line_and_the_rest_is_read),
		TEST(a_half_last_line_is_named_as_cut),
		TEST(a_last_line_may_lack_its_newline),
		TEST(an_empty_file_is_no_log),
		TEST(bytes_that_are_no_text_do_no_harm),
		TEST(a_line_without_end_is_given_up),
		TEST(what_follows_a_line_too_long_is_read),
		TEST(nesting_is_bounded),
		TEST(strings_are_kept_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
