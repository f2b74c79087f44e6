/* SPDX-License-Identifier: MIT */
/* test_judge.c - the storm's judge finds what is wrong in doctored accounts. */
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

#include "../storm/report.h"

enum { PORT = 50000, SERVER_TID = 7 };

/*
 * Without doctoring: at 5 the client's data, at 100 the server closes on it,
 * says so as of 105, resets at 120 and is through at 150.
 */
static struct {
	struct seen_packet packets[2]; /* data, RST */
	struct seen_reset resets[1];
	struct seen_record records[1];
	struct seen_fin fins[1];
	struct journal_entry calls[1];
	size_t packet_count, reset_count, record_count, fin_count;
	uint64_t skipped;
} all;

static struct seen_packet *const data = &all.packets[0];

static void story_begin(void)
{
	memset(&all, 0, sizeof(all));
	all.packets[0] = (struct seen_packet){.ts_ns = 5,
					      .arrived_ns = 6,
					      .port = PORT,
					      .seq = 1000,
					      .ack = 2000,
					      .len = 10,
					      .flags = SEG_ACK | SEG_PSH};
	all.packets[1] = (struct seen_packet){.ts_ns = 120,
					      .arrived_ns = 121,
					      .port = PORT,
					      .seq = 2000,
					      .ack = 1010,
					      .window = 64,
					      .flags = SEG_RST | SEG_ACK,
					      .is_from_server = true};
	all.resets[0] = (struct seen_reset){.ts_ns = 125,
					    .tid = SERVER_TID,
					    .port = PORT,
					    .is_from_server = true,
					    .is_active = true,
					    .reason = "TCP_ABORT_ON_CLOSE"};
	all.records[0] = (struct seen_record){.ts_ns = 105,
					      .tid = SERVER_TID,
					      .port = PORT,
					      .is_of_server = true,
					      .action = RST_RESET_PREDICTED,
					      .cause = RST_CAUSE_UNREAD_DATA,
					      .certainty = RST_CERTAIN,
					      .sender = RST_SENDER_SELF,
					      .call = "close"};
	all.calls[0] = (struct journal_entry){.begin_ns = 100,
					      .end_ns = 150,
					      .tid = SERVER_TID,
					      .fd = 4,
					      .side = SIDE_SERVER,
					      .call = STORM_close};
	all.packet_count = 2;
	all.reset_count = all.record_count = 1;
}

static struct accounts accounts_of_it(void)
{
	return (struct accounts){
		.packets = {all.packets, all.packet_count, 0,
			    sizeof(all.packets[0])},
		.resets = {all.resets, all.reset_count, 0,
			   sizeof(all.resets[0])},
		.records = {all.records, all.record_count, 0,
			    sizeof(all.records[0])},
		.fins = {all.fins, all.fin_count, 0, sizeof(all.fins[0])},
		.calls = {all.calls, 1, 0, sizeof(all.calls[0])},
		.skipped = all.skipped,
	};
}

static void say_nothing(void)
{
	all.record_count = 0;
}

static void reset_nothing(void)
{
	all.packet_count = 1;
	all.reset_count = 0;
}

static void untold(void)
{
	say_nothing();
}

static void untold_as_data_came_after_the_check(void)
{
	say_nothing();
	data->ts_ns = 109;
	data->arrived_ns = 110;
}

static void untold_though_data_came_just_before_the_call(void)
{
	say_nothing();
	data->ts_ns = 98;
	data->arrived_ns = 99;
}

static void untold_though_data_came_after_the_reset(void)
{
	say_nothing();
	data->ts_ns = 100;
	data->arrived_ns = 121;
}

static void untold_though_data_never_came(void)
{
	say_nothing();
	data->ts_ns = 110;
	data->arrived_ns = 0;
}

static void untold_as_a_fin_was_taken_in_after_the_check(void)
{
	say_nothing();
	all.fins[0] = (struct seen_fin){
		.ts_ns = 110, .port = PORT, .is_of_server = true};
	all.fin_count = 1;
}

static void untold_of_io_uring(void)
{
	say_nothing();
	all.calls[0].call = STORM_uring_close;
}

static void told_as_something_else(void)
{
	all.records[0].cause = RST_CAUSE_LINGER_ZERO;
}

static void told_of_the_other_end(void)
{
	all.records[0].is_of_server = false;
}

static void told_as_possible(void)
{
	all.records[0].certainty = RST_POSSIBLE;
}

static void told_as_likely(void)
{
	all.records[0].certainty = RST_LIKELY;
}

static void told_too_late(void)
{
	all.records[0].ts_ns = 130;
}

static void told_by_another_name(void)
{
	strcpy(all.records[0].call, "dup2");
}

static void told_for_nothing(void)
{
	reset_nothing();
}

static void peer_resets_at(uint64_t ts_ns)
{
	reset_nothing();
	all.packets[1].is_from_server = false;
	all.packets[1].ts_ns = ts_ns - 1;
	all.packets[1].arrived_ns = ts_ns;
	all.packet_count = 2;
	all.resets[0].is_from_server = false;
	all.resets[0].tid = 0;
	all.reset_count = 1;
}

static void told_and_the_peers_reset_came_after_the_check(void)
{
	peer_resets_at(110);
}

static void told_though_the_peers_reset_came_before_the_check(void)
{
	peer_resets_at(104);
}

static void only_the_capture_has_it(void)
{
	all.reset_count = 0;
}

/* The client's end, which the server's data meets after its close. */
static void a_passive_reset(void)
{
	*data = (struct seen_packet){.ts_ns = 110,
				     .arrived_ns = 111,
				     .port = PORT,
				     .seq = 2000,
				     .ack = 1000,
				     .len = 10,
				     .flags = SEG_ACK | SEG_PSH,
				     .is_from_server = true};
	all.packets[1] = (struct seen_packet){.ts_ns = 120,
					      .arrived_ns = 121,
					      .port = PORT,
					      .seq = 1000,
					      .flags = SEG_RST};
	all.calls[0].call = STORM_write;
	all.records[0].cause = RST_CAUSE_DATA_AFTER_CLOSE;
	all.records[0].sender = RST_SENDER_PEER;
	strcpy(all.records[0].call, "write");
	all.reset_count = 0;
}

static void passed_over(void)
{
	a_passive_reset();
	all.skipped = 1;
}

static void untold_and_passed_over(void)
{
	passed_over();
	say_nothing();
}

static void untold_as_a_fin_waited_for_the_end_of_the_call(void)
{
	untold_and_passed_over();
	all.fins[0] = (struct seen_fin){
		.ts_ns = 130, .port = PORT, .is_of_server = true};
	all.fin_count = 1;
}

static void untold_though_a_fin_was_taken_in_before(void)
{
	untold_as_a_fin_waited_for_the_end_of_the_call();
	all.fins[0].ts_ns = 99;
}

static void only_the_kernel_has_it(void)
{
	all.packet_count = 1;
}

static const struct {
	void (*doctor)(void);
	const char *found; /* the first finding; NULL: none */
	unsigned missed, falsely, races, unseen, possible;
} cases[] = {
	{story_begin, NULL, 0, 0, 0, 0, 0},
	{told_as_likely, NULL, 0, 0, 0, 0, 0},
	{told_as_possible, NULL, 0, 0, 0, 0, 1},
	{untold, "missed unread-data by close on port 50000", 1, 0, 0, 0, 0},
	{untold_as_data_came_after_the_check, NULL, 0, 0, 1, 0, 0},
	{untold_though_data_came_just_before_the_call,
	 "missed unread-data by close on port 50000", 1, 0, 0, 0, 0},
	{untold_though_data_came_after_the_reset,
	 "missed unread-data by close on port 50000", 1, 0, 0, 0, 0},
	{untold_though_data_never_came,
	 "missed unread-data by close on port 50000", 1, 0, 0, 0, 0},
	{untold_as_a_fin_was_taken_in_after_the_check, NULL, 0, 0, 1, 0, 0},
	{untold_of_io_uring, NULL, 0, 0, 0, 1, 0},
	{told_as_something_else, "missed unread-data by close on port 50000", 1,
	 1, 0, 0, 0},
	/* It said that the client would reset, and the server's came first. */
	{told_of_the_other_end, "missed unread-data by close on port 50000", 1,
	 0, 1, 0, 0},
	{told_too_late, "missed unread-data by close on port 50000", 1, 1, 0, 0,
	 0},
	{told_by_another_name, "wrong name of the call", 0, 0, 0, 0, 0},
	{told_for_nothing, "false certain unread-data by close on port 50000",
	 0, 1, 0, 0, 0},
	{told_and_the_peers_reset_came_after_the_check, NULL, 0, 0, 1, 0, 0},
	{told_though_the_peers_reset_came_before_the_check,
	 "false certain unread-data by close on port 50000", 0, 1, 0, 0, 0},
	{only_the_capture_has_it, "a RST that the kernel does not speak of", 0,
	 1, 0, 0, 0},
	{a_passive_reset, "a RST that the kernel does not speak of", 0, 1, 0, 0,
	 0},
	{passed_over, NULL, 0, 0, 0, 0, 0},
	{untold_and_passed_over,
	 "missed data-after-close by write on port 50000", 1, 0, 0, 0, 0},
	{untold_as_a_fin_waited_for_the_end_of_the_call, NULL, 0, 0, 1, 0, 0},
	{untold_though_a_fin_was_taken_in_before,
	 "missed data-after-close by write on port 50000", 1, 0, 0, 0, 0},
	{only_the_kernel_has_it,
	 "a reset of the kernel that is not in the capture", 0, 1, 0, 0, 0},
};

static void note(const char *what, uint32_t play, void *arg)
{
	char *first = arg;

	assert_int_equal(play, 0);
	if (!*first)
		strcpy(first, what);
}

static void each_fault_in_an_account_is_found(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct judgement j = {0};
		struct tally sum = {0};
		char found[128] = "";
		uint64_t falsely = 0;
		struct accounts a;

		story_begin();
		cases[i].doctor();
		a = accounts_of_it();
		judge(&a, &j, note, found);
		for (int c = 0; c < RST_CAUSE_COUNT; c++) {
			sum.missed += j.causes[c].missed;
			sum.raced +=
				j.causes[c].raced + j.causes[c].false_races;
			sum.unseen += j.causes[c].unseen;
			sum.resets += j.causes[c].foretold[RST_POSSIBLE];
			falsely += tally_false(&j.causes[c]);
		}
		assert_string_equal(found,
				    cases[i].found ? cases[i].found : "");
		assert_int_equal(sum.missed, cases[i].missed);
		assert_int_equal(falsely, cases[i].falsely);
		assert_int_equal(sum.raced, cases[i].races);
		assert_int_equal(sum.unseen, cases[i].unseen);
		assert_int_equal(sum.resets, cases[i].possible);
	}
}

/* What printing says, in place of saying it. */
static char *printed(void print(const struct accounts *a, uint32_t play))
{
	static char text[4096];
	int fd = memfd_create("printed", 0), out = dup(STDOUT_FILENO);
	struct accounts a = accounts_of_it();
	ssize_t n;

	fflush(stdout);
	dup2(fd, STDOUT_FILENO);
	print(&a, 0);
	fflush(stdout);
	dup2(out, STDOUT_FILENO);
	n = pread(fd, text, sizeof(text) - 1, 0);
	text[n > 0 ? n : 0] = '\0';
	close(out);
	close(fd);
	return text;
}

static void a_finding_is_told_with_its_calls_and_packets(void **state)
{
	char *text;

	(void)state;
	story_begin();
	text = printed(report_play);
	assert_non_null(strstr(text, "server   close(4, 0) = 0"));
	assert_non_null(
		strstr(text, "--> 50000  PA  seq 1000 len 10 ack 2000"));
	assert_non_null(strstr(text, "<-- 50000  RA  seq 2000 len 0 ack 1010"));
	assert_non_null(strstr(text, "kernel: active, TCP_ABORT_ON_CLOSE"));
	assert_non_null(strstr(text, "unread-data certain, sender self"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_fault_in_an_account_is_found),
		cmocka_unit_test(a_finding_is_told_with_its_calls_and_packets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
