/* SPDX-License-Identifier: MIT */
/* test_told.c - who holds a socket on, and what was done last, as it is told.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "jsonlog.h"
#include "netns.h"
#include "program.h"

static char here[512]; /* the directory of this program */

/*
 * One record of the program's, and no second of its action with that first
 * text, says the three in this order (NULL: no more), and has the key.
 */
static const struct row {
	const char *program;
	const char *action;
	const char *says[3];
	const char *key;
} rows[] = {
	{"close_of_a_duplicate_is_silent_and_of_the_last_resets",
	 "connection-closed",
	 {"nothing happens yet: descriptor ", " holds the socket too", NULL},
	 "rstwatch.holder_fd"},
	{"close_while_a_child_holds_the_socket_is_silent",
	 "connection-closed",
	 {"nothing happens yet: process ", " holds the socket too", NULL},
	 "rstwatch.holder_pid"},
	{"close_with_unread_bytes_while_a_thread_polls_resets_later",
	 "reset-predicted",
	 {"11 unread bytes, once thread ", " leaves its call on it",
	  "(unread-data, likely)"},
	 "rstwatch.holder_tid"},
	{"close_while_a_woken_thread_receives_is_silent",
	 "reset-predicted",
	 {"11 unread bytes, once thread ", " leaves its call on it",
	  "(unread-data, likely)"},
	 "rstwatch.holder_tid"},
	{"unix_socket_closed_with_a_socket_inside_resets",
	 "reset-predicted",
	 {"11 unread bytes, unless another process holds the socket",
	  "(unread-data, likely)", NULL},
	 "rstwatch.holder"},
	{"second_write_to_a_closed_peer_says_epipe",
	 "reset-received",
	 {"was reset (EPIPE)", "last send of 4 bytes ", " before"},
	 "rstwatch.last.ago_ns"},
	{"write_after_the_end_of_file_is_told_with_the_reset",
	 "reset-received",
	 {"was reset (EPIPE)", "last write of 4096 bytes ",
	  " before, after the peer's FIN"},
	 "rstwatch.last.after_fin"},
	{"keepalive_to_a_vanished_peer_is_reset",
	 "reset-received",
	 {"was reset (ECONNRESET)", NULL, NULL},
	 "network.peer.port"},
	{"connect_to_a_closed_port_is_refused",
	 "reset-received",
	 {"(ECONNREFUSED)", "(refused, certain)", NULL},
	 "network.peer.port"},
	{"the_error_of_a_reset_is_left_to_the_program",
	 "reset-received",
	 {"shutdown(", "was reset (ENOTCONN)", NULL},
	 "rstwatch.errno"},
};

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

static void run(const char *name, char *log)
{
	struct netns_address address = netns_new_address();
	char path[700], preload[700], to[600], why[NETNS_ERROR_MAX];
	char *argv[] = {path, address.v4, NULL};
	char *env[] = {preload, to, (char *)"RSTWATCH_LEVEL=info", NULL};
	static struct program p;
	struct program *all[] = {&p};

	snprintf(path, sizeof(path), "%s/programs/%s", here, name);
	snprintf(preload, sizeof(preload), "LD_PRELOAD=%s/../../librstwatch.so",
		 here);
	snprintf(to, sizeof(to), "RSTWATCH_LOG=%s", log);
	if (netns_enter(&address, why) != 0)
		fail_msg("%s", why);
	assert_int_equal(program_start(&p, argv, env, 20000), 0);
	assert_ptr_equal(program_wait(all, 1), &p);
	assert_int_equal(p.status, 0);
}

static void it_says(const char *message, const char *const says[3])
{
	for (int i = 0; i < 3 && says[i]; i++) {
		const char *at = strstr(message, says[i]);

		if (!at)
			fail_msg("no \"%s\" in: %s", says[i], message);
		message = at + strlen(says[i]);
	}
}

static void run_and_read(const char *name, struct jsonlog *records)
{
	char log[] = "/tmp/rstwatch-told-XXXXXX", why[JSONLOG_ERROR_MAX];
	int fd = mkstemp(log);

	assert_true(fd >= 0);
	close(fd);
	run(name, log);
	if (jsonlog_read(records, log, why) != 0)
		fail_msg("%s", why);
	unlink(log);
}

static void the_record_says_so(void **state)
{
	const struct row *row = *state;
	struct jsonlog records;
	int told = 0;

	run_and_read(row->program, &records);
	for (size_t i = 0; i < records.count; i++) {
		json_object *r = records.records[i];
		const char *message = jsonlog_text(r, "message");

		if (strcmp(jsonlog_text(r, "event.action"), row->action) != 0 ||
		    !strstr(message, row->says[0]))
			continue;
		told++;
		it_says(message, row->says);
		assert_true(json_object_object_get_ex(r, row->key, NULL));
	}
	jsonlog_free(&records);
	assert_int_equal(told, 1);
}

static void each_process_numbered_1_starts(void **state)
{
	struct jsonlog records;
	int started = 0;

	(void)state;
	run_and_read("close_in_each_of_two_first_processes_resets", &records);
	for (size_t i = 0; i < records.count; i++)
		started += !strcmp(
			jsonlog_text(records.records[i], "event.action"),
			"process-started");
	jsonlog_free(&records);
	assert_int_equal(started, 3);
}

static void the_place_of_a_call_by_number_is_the_programs(void **state)
{
	const char name[] = "linger_zero_set_by_number_resets";
	struct jsonlog records;
	json_object *place, *module;
	int told = 0;

	(void)state;
	run_and_read(name, &records);
	for (size_t i = 0; i < records.count; i++) {
		if (!json_object_object_get_ex(records.records[i],
					       "rstwatch.linger_set_at",
					       &place))
			continue;
		told++;
		assert_true(
			json_object_object_get_ex(place, "module", &module));
		assert_non_null(strstr(json_object_get_string(module), name));
	}
	jsonlog_free(&records);
	assert_true(told > 0);
}

int main(void)
{
	struct CMUnitTest tests[ROWS + 2] = {
		[ROWS] = cmocka_unit_test(
			the_place_of_a_call_by_number_is_the_programs),
		[ROWS + 1] = cmocka_unit_test(each_process_numbered_1_starts),
	};
	ssize_t n = readlink("/proc/self/exe", here, sizeof(here) - 1);

	if (n <= 0)
		return 96;
	*strrchr(here, '/') = '\0';
	for (size_t i = 0; i < ROWS; i++)
		tests[i] = (struct CMUnitTest){rows[i].program,
					       the_record_says_so, NULL, NULL,
					       (void *)&rows[i]};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
