/* SPDX-License-Identifier: MIT */
/* test_analyze.c - the command on good and bad input, by its exit status. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "rstwatch/cause.h"
#include "packets.h"
#include "program.h"
#include "talk.h"

enum { TIMEOUT_MS = 20000, FILES_MAX = 16, ARGS_MAX = 12 };

static char dir[64];
static char files[FILES_MAX][128];
static size_t file_count;
static struct program p;
static struct talk t;

static int fresh(void **state)
{
	const char *tmp = getenv("TMPDIR");

	(void)state;
	snprintf(dir, sizeof(dir), "%s/analyze.XXXXXX", tmp ? tmp : "/tmp");
	file_count = 0;
	t = talk_new();
	return mkdtemp(dir) ? 0 : -1;
}

static int done(void **state)
{
	(void)state;
	for (size_t i = 0; i < file_count; i++)
		unlink(files[i]);
	return rmdir(dir);
}

/* A path in the test's directory that is removed afterwards. */
static const char *path(const char *name)
{
	snprintf(files[file_count], sizeof(files[0]), "%s/%s", dir, name);
	return files[file_count++];
}

static const char *file(const char *name, const char *text, size_t len)
{
	const char *at = path(name);
	FILE *f = fopen(at, "w");

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, len, f), len);
	fclose(f);
	return at;
}

static const char *text_file(const char *name, const char *text)
{
	return file(name, text, strlen(text));
}

static void say(FILE *f, int who, uint8_t flags, uint32_t len)
{
	struct segment s = talk_say(&t, who, flags, len);

	pcap_add(f, &s);
}

/* A connection that the server aborts, or that ends well. */
static const char *capture(const char *name, bool is_aborted)
{
	const char *at = path(name);
	FILE *f = fopen(at, "w");
	struct segment reset;

	assert_non_null(f);
	pcap_begin(f);
	say(f, CLIENT, SEG_SYN, 0);
	say(f, SERVER, SEG_SYN | SEG_ACK, 0);
	say(f, CLIENT, SEG_PSH | SEG_ACK, 27);
	reset = talk_abort(&t, SERVER);
	if (is_aborted)
		pcap_add(f, &reset);
	fclose(f);
	return at;
}

/* A record that foretells the abort, 50 us before it. */
static const char *log_file(const char *name)
{
	char line[1024];

	snprintf(line, sizeof(line),
		 "{\"@timestamp\":\"2023-11-14T22:13:20.000350000Z\","
		 "\"event.action\":\"reset-predicted\",\"rstwatch.schema\":1,"
		 "\"process.pid\":42,\"process.name\":\"server\","
		 "\"network.local.address\":\"10.0.0.2\","
		 "\"network.local.port\":80,"
		 "\"network.peer.address\":\"10.0.0.1\","
		 "\"network.peer.port\":40000,"
		 "\"rstwatch.cause\":\"unread-data\","
		 "\"rstwatch.certainty\":\"certain\","
		 "\"rstwatch.sender\":\"self\",\"rstwatch.call\":\"close\","
		 "\"rstwatch.fd\":5,\"rstwatch.unread_bytes\":27,"
		 "\"rstwatch.bytes_sent\":0,\"rstwatch.bytes_received\":27}\n");
	return text_file(name, line);
}

/* Runs rstwatch with these words; its exit status. */
static int run(const char *const words[])
{
	const char *b = getenv("B");
	char command[256], *argv[ARGS_MAX] = {command};
	struct program *running[] = {&p};
	size_t n = 1;

	snprintf(command, sizeof(command), "%s/rstwatch", b ? b : "build");
	for (; words[n - 1]; n++)
		argv[n] = (char *)words[n - 1];
	assert_int_equal(program_start(&p, argv, NULL, TIMEOUT_MS), 0);
	assert_ptr_equal(program_wait(running, 1), &p);
	assert_false(p.was_late);
	assert_true(WIFEXITED(p.status));
	return WEXITSTATUS(p.status);
}

#define RUN(...) run((const char *const[]){__VA_ARGS__, NULL})

static void expect_error(const char *what)
{
	if (!strstr(p.err.text, what))
		fail_msg("expected '%s' in: %s", what, p.err.text);
}

static void expect_output(const char *what)
{
	if (!strstr(p.out.text, what))
		fail_msg("expected '%s' in: %s", what, p.out.text);
}

static void a_capture_without_resets_is_status_0(void **state)
{
	(void)state;
	assert_int_equal(RUN("analyze", capture("good.pcap", false)), 0);
	expect_output("No reset; 3 packets (");
	expect_output(" bytes) of 1 connection");
	assert_string_equal(p.err.text, "");
}

static void a_capture_with_resets_is_status_1(void **state)
{
	(void)state;
	assert_int_equal(RUN("analyze", capture("bad.pcap", true)), 1);
	expect_output("abort");
	assert_string_equal(p.err.text, "");
}

static void log_and_capture_go_together_in_any_order(void **state)
{
	const char *log = log_file("log.jsonl");
	const char *pcap = capture("lo.pcap", true);

	(void)state;
	assert_int_equal(RUN("analyze", "--format=json", pcap, log), 1);
	expect_output("\"rstwatch.cause\":\"unread-data\"");
	expect_output("\"rstwatch.verdict\":\"predicted\"");
	expect_output("\"lead_ns\":50000");
	assert_int_equal(RUN("analyze", "--format", "json", log, pcap), 1);
	expect_output("\"lead_ns\":50000");
}

static void a_log_alone_is_told(void **state)
{
	(void)state;
	assert_int_equal(RUN("analyze", log_file("log.jsonl")), 1);
	expect_output("not-captured");
}

static void a_prediction_that_the_packets_disprove_is_status_0(void **state)
{
	const char *pcap = path("lo.pcap");
	FILE *f = fopen(pcap, "w");

	(void)state;
	assert_non_null(f);
	pcap_begin(f);
	say(f, CLIENT, SEG_SYN, 0);
	say(f, SERVER, SEG_SYN | SEG_ACK, 0);
	talk_wait(&t, 0.001);
	say(f, CLIENT, SEG_ACK, 0);
	fclose(f);
	assert_int_equal(RUN("analyze", log_file("log.jsonl"), pcap), 0);
	expect_output("no-reset-seen");
}

static void a_missing_file_is_named_and_the_rest_is_told(void **state)
{
	(void)state;
	assert_int_equal(RUN("analyze", "/nonexistent/x.pcap",
			     capture("bad.pcap", true)),
			 2);
	expect_error("/nonexistent/x.pcap: No such file or directory");
	expect_output("abort");
}

static void an_empty_file_is_named(void **state)
{
	const char *empty = text_file("empty.jsonl", "");

	(void)state;
	assert_int_equal(RUN("analyze", empty), 2);
	expect_error(empty);
	expect_error("is empty, expected a capture");
}

static void a_file_of_another_kind_is_named(void **state)
{
	(void)state;
	assert_int_equal(RUN("analyze", text_file("a.txt", "hello\n")), 2);
	expect_error("a.txt: line 1: no JSON object, expected a record");
}

static void half_a_line_is_named_and_the_rest_is_told(void **state)
{
	const char *log = log_file("log.jsonl");
	FILE *f = fopen(log, "a");

	(void)state;
	fputs("{\"@timestamp\":\"2023-11-14T", f);
	fclose(f);
	assert_int_equal(RUN("analyze", log, capture("lo.pcap", true)), 2);
	expect_error("log.jsonl: line 2: cut in the middle");
	expect_output("predicted");
}

static void a_cut_capture_is_named_and_the_rest_is_told(void **state)
{
	const char *pcap = capture("lo.pcap", true);
	FILE *f = fopen(pcap, "a");

	(void)state;
	fputs("half a p", f); /* of 16 bytes of header */
	fclose(f);
	assert_int_equal(RUN("analyze", pcap), 2);
	expect_error("lo.pcap: ");
	expect_error("byte");
	expect_output("abort");
}

/* The same by a shell, in which it is $rstwatch. */
static int run_shell(const char *script)
{
	char command[1024], shell[] = "/bin/bash", flag[] = "-c";
	const char *b = getenv("B");
	char *argv[] = {shell, flag, command, NULL};
	struct program *running[] = {&p};

	snprintf(command, sizeof(command), "rstwatch=%s/rstwatch; %s",
		 b ? b : "build", script);
	assert_int_equal(program_start(&p, argv, NULL, TIMEOUT_MS), 0);
	assert_ptr_equal(program_wait(running, 1), &p);
	assert_false(p.was_late);
	return WEXITSTATUS(p.status);
}

static void standard_input_is_told_apart_by_its_content(void **state)
{
	char script[512];

	(void)state;
	snprintf(script, sizeof(script),
		 "cat %s | $rstwatch analyze --format json - %s",
		 capture("lo.pcap", true), log_file("log.jsonl"));
	assert_int_equal(run_shell(script), 1);
	expect_output("\"rstwatch.capture\":\"-\"");
	expect_output("\"rstwatch.verdict\":\"predicted\"");
}

static void output_goes_into_a_file_that_appears_whole(void **state)
{
	const char *out = path("report.json");
	char line[32] = "";
	FILE *f;

	(void)state;
	assert_int_equal(RUN("analyze", "--format", "json", "--output", out,
			     capture("lo.pcap", true)),
			 1);
	assert_string_equal(p.out.text, "");
	f = fopen(out, "r");
	assert_non_null(f);
	assert_non_null(fgets(line, sizeof(line), f));
	fclose(f);
	assert_memory_equal(line, "{\"@timestamp\":", 14);
	assert_int_equal(RUN("analyze", "--output", "/nonexistent/report",
			     capture("lo2.pcap", true)),
			 2);
	expect_error("/nonexistent/report");
}

/* Who reads the report may leave before its end: rstwatch ... | head -1 */
static void the_annotated_copy_needs_no_reader_of_the_report(void **state)
{
	const char *copy = path("copy.pcapng");
	char script[512];

	(void)state;
	snprintf(script, sizeof(script),
		 "exec 3> >(:); wait $!; "
		 "$rstwatch analyze --annotate %s %s >&3; test -s %s",
		 copy, capture("lo.pcap", true), copy);
	assert_int_equal(run_shell(script), 0);
}

static void causes_are_chosen_by_their_slugs(void **state)
{
	const char *pcap = capture("lo.pcap", true);

	(void)state;
	assert_int_equal(RUN("analyze", "--cause", "refused,abort", pcap), 1);
	assert_int_equal(RUN("analyze", "--cause=refused", pcap), 0);
	assert_int_equal(RUN("analyze", "--cause", "abrot", pcap), 2);
	expect_error("no cause 'abrot', did you mean 'abort'?");
}

static void a_wrong_word_gets_a_suggestion(void **state)
{
	(void)state;
	assert_int_equal(RUN("analyse", "x"), 2);
	expect_error("no command 'analyse', did you mean 'analyze'?");
	assert_int_equal(RUN("analyze", "--colour=never", "x"), 2);
	expect_error("unknown option '--colour', did you mean '--color'?");
	assert_int_equal(RUN("analyze", "--zzzzzz", "x"), 2);
	expect_error("rstwatch analyze --help lists them");
	assert_int_equal(RUN("analyze", "--format", "jsn", "x"), 2);
	expect_error("no format 'jsn', expected text|json");
	assert_int_equal(RUN("explain", "unread-date"), 2);
	expect_error("did you mean 'unread-data'?");
}

static void wrong_usage_is_status_2(void **state)
{
	(void)state;
	assert_int_equal(RUN("analyze"), 2);
	expect_error("no file given");
	assert_int_equal(RUN("analyze", "-", "-"), 2);
	expect_error("only once");
	assert_int_equal(RUN("analyze", "--output"), 2);
	expect_error("--output needs an argument");
	assert_int_equal(RUN("analyze", "--all=1", "x"), 2);
	expect_error("--all takes no argument");
	assert_int_equal(RUN("analyze", "--color", "blue", "x"), 2);
	expect_error("expected auto, always or never");
}

static void refused(const char *why)
{
	assert_string_equal(p.out.text, "");
	expect_error(why);
}

static void nothing_is_written_over_what_is_read(void **state)
{
	const char *pcap = capture("lo.pcap", true);
	const char *log = log_file("log.jsonl"), *link = path("link");

	(void)state;
	assert_int_equal(symlink(log, link), 0);
	assert_int_equal(RUN("analyze", "--annotate", log, log, pcap), 2);
	refused("--annotate would overwrite ");
	assert_int_equal(RUN("analyze", "--output", log, log, pcap), 2);
	refused("log.jsonl, which is read: give it another file");
	assert_int_equal(RUN("analyze", "--annotate", pcap, log, pcap), 2);
	refused("--annotate would overwrite ");
	assert_int_equal(RUN("analyze", "--output", link, log, pcap), 2);
	refused("--output would overwrite ");
	assert_int_equal(
		RUN("analyze", "--suppressions", log, "--output", log, pcap),
		2);
	refused("--output would overwrite ");
	assert_int_equal(RUN("analyze", log, pcap), 1);
	expect_output("predicted");
}

static void report_and_copy_are_two_files(void **state)
{
	const char *pcap = capture("lo.pcap", true);
	const char *log = log_file("log.jsonl"), *new = path("new");
	char same[160];

	(void)state;
	snprintf(same, sizeof(same), "%s/./new", dir);
	for (int is_there = 0; is_there < 2; is_there++) {
		assert_int_equal(access(new, F_OK), is_there - 1);
		assert_int_equal(RUN("analyze", "--output", same, "--annotate",
				     new, log, pcap),
				 2);
		refused("--output and --annotate would both be written to ");
		assert_int_equal(RUN("analyze", "--output", new, pcap), 1);
	}
	assert_int_equal(RUN("run", "--log", new, "--capture", same, "true"),
			 125);
	refused("--log and --capture would both be written to ");
	assert_int_equal(RUN("run", "--log", same, "--output", new, "true"),
			 125);
	refused("--log and --output would both be written to ");
}

static void devices_take_whatever_comes(void **state)
{
	(void)state;
	assert_int_equal(RUN("run", "--no-capture", "--output", "/dev/null",
			     "--suppressions", "/dev/null", "true"),
			 0);
	assert_int_equal(RUN("analyze", "--output", "/dev/null",
			     "--suppressions", "/dev/null",
			     capture("lo.pcap", true)),
			 1);
}

static void help_fits_a_screen(void **state)
{
	static const char *const commands[] = {"analyze", "explain"};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		size_t lines = 0;

		assert_int_equal(RUN(commands[i], "--help"), 0);
		for (const char *s = p.out.text; *s; s++)
			lines += *s == '\n';
		assert_in_range(lines, 1, 24);
	}
	assert_int_equal(RUN("--version"), 0);
	expect_output("rstwatch ");
}

static void every_cause_is_explained(void **state)
{
	(void)state;
	assert_int_equal(RUN("explain"), 0);
#define X(e, slug, ...) expect_output(slug);
	RST_CAUSES(X)
#undef X
#define X(e, slug, ...) \
	assert_int_equal(RUN("explain", slug), 0); \
	expect_output("On the wire"); \
	expect_output("In the kernel"); \
	expect_output("What to do");
	RST_CAUSES(X)
#undef X
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fresh, done)
	const struct CMUnitTest tests[] = {
		TEST(a_capture_without_resets_is_status_0),
		TEST(a_capture_with_resets_is_status_1),
		TEST(log_and_capture_go_together_in_any_order),
		TEST(a_log_alone_is_told),
		TEST(a_prediction_that_the_packets_disprove_is_status_0),
		TEST(a_missing_file_is_named_and_the_rest_is_told),
		TEST(an_empty_file_is_named),
		TEST(a_file_of_another_kind_is_named),
		TEST(half_a_line_is_named_and_the_rest_is_told),
		TEST(a_cut_capture_is_named_and_the_rest_is_told),
		TEST(standard_input_is_told_apart_by_its_content),
		TEST(output_goes_into_a_file_that_appears_whole),
		TEST(the_annotated_copy_needs_no_reader_of_the_report),
		TEST(causes_are_chosen_by_their_slugs),
		TEST(a_wrong_word_gets_a_suggestion),
		TEST(wrong_usage_is_status_2),
		TEST(nothing_is_written_over_what_is_read),
		TEST(report_and_copy_are_two_files),
		TEST(devices_take_whatever_comes),
		TEST(help_fits_a_screen),
		TEST(every_cause_is_explained),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
