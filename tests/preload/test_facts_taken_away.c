/* SPDX-License-Identifier: MIT */
/* test_facts_taken_away.c - what can't be asked is left out, and said less
 * surely; nothing breaks */
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "cut_tcp_info.h"
#include "jsonlog.h"
#include "netns.h"
#include "program.h"
#include "witness.h"

static char here[512]; /* the directory of this program */

/*
 * One program, run twice: as it is, and with something taken away. Both times
 * it has to do the same; the verdict may differ as the row says. certainty
 * NULL: nothing is predicted any more. The record has gone the first time, and
 * not the second.
 */
struct row {
	const char *name;
	const char *without;
	const char *program;
	const char *cause;
	const char *certainty_with;
	const char *certainty_without;
	const char *gone;
};

static const struct row rows[] = {
	{"unread_bytes_are_certain_without_sock_diag", "netlink",
	 "close_with_unread_bytes_resets", "unread-data", "certain", "certain",
	 NULL},
	{"linger_zero_is_certain_without_sock_diag", "netlink",
	 "close_with_linger_zero_resets", "linger-zero", "certain", "certain",
	 NULL},
	{"disconnecting_is_certain_without_sock_diag", "netlink",
	 "connect_af_unspec_resets", "disconnect", "certain", "certain", NULL},
	{"data_behind_the_urgent_mark_is_likely_without_sock_diag", "netlink",
	 "close_with_bytes_behind_the_urgent_mark_resets", "unread-data",
	 "certain", "likely", NULL},
	{"waiting_connections_are_likely_without_sock_diag", "netlink",
	 "listener_closed_with_a_waiting_connection_resets",
	 "unaccepted-connections", "certain", "likely", NULL},
	{"data_after_close_is_likely_without_sock_diag", "netlink",
	 "write_to_a_closed_peer_is_reset", "data-after-close", "certain",
	 "likely", NULL},
	{"a_refusal_is_not_foreseen_without_sock_diag", "netlink",
	 "connect_to_a_closed_port_is_refused", "refused", "certain", NULL,
	 NULL},
	{"a_vanished_peer_is_not_foreseen_without_sock_diag", "netlink",
	 "close_towards_a_forgotten_peer_is_reset", "peer-gone", "certain",
	 NULL, NULL},
	{"unread_bytes_are_certain_without_proc", "proc",
	 "close_with_unread_bytes_resets", "unread-data", "certain", "certain",
	 NULL},
	{"a_duplicate_closed_last_is_likely_without_proc", "proc",
	 "close_of_a_duplicate_is_silent_and_of_the_last_resets", "unread-data",
	 "certain", "likely", NULL},
	{"data_after_close_is_certain_without_proc", "proc",
	 "write_to_a_closed_peer_is_reset", "data-after-close", "certain",
	 "certain", NULL},
	{"unread_bytes_are_certain_with_an_old_tcp_info", "new_tcp_info",
	 "close_with_unread_bytes_resets", "unread-data", "certain", "certain",
	 "rstwatch.bytes_received"},
	{"waiting_connections_are_certain_with_an_old_tcp_info", "new_tcp_info",
	 "listener_closed_with_a_waiting_connection_resets",
	 "unaccepted-connections", "certain", "certain", NULL},
	{"an_unsent_fin_is_certain_with_an_old_tcp_info", "new_tcp_info",
	 "close_with_linger_zero_and_unsent_data_in_last_ack_resets",
	 "linger-zero", "certain", "certain", "rstwatch.bytes_sent"},
	{"data_after_close_is_likely_with_an_old_tcp_info", "new_tcp_info",
	 "write_to_a_closed_peer_is_reset", "data-after-close", "certain",
	 "likely", "rstwatch.bytes_sent"},
	{"unread_bytes_are_likely_without_tcp_info", "tcp_info",
	 "close_with_unread_bytes_resets", "unread-data", "certain", "likely",
	 "rstwatch.state"},
	{"linger_zero_is_likely_without_tcp_info", "tcp_info",
	 "close_with_linger_zero_resets", "linger-zero", "certain", "likely",
	 "rstwatch.state"},
	{"disconnecting_is_likely_without_tcp_info", "tcp_info",
	 "connect_af_unspec_resets", "disconnect", "certain", "likely",
	 "rstwatch.state"},
	{"a_refusal_is_likely_without_tcp_info", "tcp_info",
	 "connect_to_a_closed_port_is_refused", "refused", "certain", "likely",
	 "rstwatch.state"},
};

/* From now on this call fails, or only with that first argument. */
static int refuse(unsigned call, bool any, unsigned argument, unsigned error)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, args[0])),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, argument, 0, any ? 0 : 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {sizeof(code) / sizeof(code[0]), code};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return -1;
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

/* An empty directory there, in a mount namespace of its own. */
static int empty(const char *path)
{
	if (unshare(CLONE_NEWNS) != 0 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
		return -1;
	return mount("none", path, "tmpfs", 0, NULL);
}

static int take(const char *what)
{
	/* As a container's profile does it. */
	if (strcmp(what, "netlink") == 0)
		return refuse(SYS_socket, false, AF_NETLINK, EPERM);
	if (strcmp(what, "proc") == 0)
		return empty("/proc");
	if (strcmp(what, "tracefs") == 0)
		return empty("/sys/kernel") ||
		       refuse(SYS_fsopen, true, 0, ENOSYS);
	if (strcmp(what, "new_tcp_info") == 0)
		return cut_tcp_info();
	if (strcmp(what, "tcp_info") == 0)
		return refuse_tcp_info();
	return 0;
}

/* This very program, started as "test --without WHAT PROGRAM ARGUMENT...". */
static int become(char **argv)
{
	char preload[640];

	if (take(argv[2]) != 0)
		return 98;
	snprintf(preload, sizeof(preload), "%s/../../librstwatch.so", here);
	/* The command sets it by itself. */
	if (strcmp(argv[2], "tracefs") != 0)
		setenv("LD_PRELOAD", preload, 1);
	execv(argv[3], argv + 3);
	return 97;
}

static void run(struct program *p, const char *without, const char *program,
		const char *log)
{
	struct netns_address address = netns_new_address();
	char self[600], path[700], env[600], why[NETNS_ERROR_MAX];
	char *argv[] = {self, (char *)"--without", (char *)without,
			path, address.v4,	   NULL};
	char *envp[] = {env, NULL};
	struct program *all[] = {p};

	snprintf(self, sizeof(self), "%s/test_facts_taken_away", here);
	snprintf(path, sizeof(path), "%s/programs/%s", here, program);
	snprintf(env, sizeof(env), "RSTWATCH_LOG=%s", log);
	if (netns_enter(&address, why) != 0)
		fail_msg("%s", why);
	netns_sysctl("ipv4/tcp_fin_timeout", "1");
	assert_int_equal(program_start(p, argv, envp, 20000), 0);
	assert_ptr_equal(program_wait(all, 1), p);
}

/* How sure the log was of the cause; "" where it didn't predict it. */
static void certainty_in(const char *path, const struct row *row, bool is_gone,
			 char found[16])
{
	char why[JSONLOG_ERROR_MAX];
	struct jsonlog log;

	found[0] = '\0';
	if (jsonlog_read(&log, path, why) != 0)
		fail_msg("%s", why);
	for (size_t i = 0; i < log.count; i++) {
		json_object *r = log.records[i];

		if (strcmp(jsonlog_text(r, "event.action"),
			   "reset-predicted") != 0)
			continue;
		assert_string_equal(jsonlog_text(r, "rstwatch.cause"),
				    row->cause);
		if (row->gone)
			assert_int_equal(
				json_object_object_get_ex(r, row->gone, NULL),
				!is_gone);
		snprintf(found, 16, "%s",
			 jsonlog_text(r, "rstwatch.certainty"));
	}
	jsonlog_free(&log);
}

static void the_row_is_true(void **state)
{
	const struct row *row = *state;
	static struct program with, without;
	char log[] = "/tmp/rstwatch-taken-XXXXXX", found[16];
	int fd = mkstemp(log);

	assert_true(fd >= 0);
	close(fd);
	run(&with, "nothing", row->program, log);
	certainty_in(log, row, false, found);
	assert_string_equal(found, row->certainty_with);
	assert_int_equal(truncate(log, 0), 0);
	run(&without, row->without, row->program, log);
	certainty_in(log, row, true, found);
	unlink(log);
	assert_string_equal(
		found, row->certainty_without ? row->certainty_without : "");
	assert_int_equal(without.status, with.status);
	assert_string_equal(without.out.text, with.out.text);
	assert_string_equal(without.err.text, with.err.text);
}

/* In a container without privileges there is no tracefs to be read. */
static void the_witness_says_why_there_is_no_tracefs(void **state)
{
	char why[WITNESS_ERROR_MAX] = "";
	int status = 0;
	pid_t pid = fork();

	(void)state;
	if (pid == 0) {
		if (setgid(65534) != 0 || setuid(65534) != 0)
			_exit(2);
		_exit(witness_open(why) || !strstr(why, "tracefs"));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

/* The kernel's reason for each reset comes through tracefs; packets remain. */
static void a_run_without_tracefs_leaves_the_reason_out(void **state)
{
	static const char verdict[] = "\"rstwatch.cause\":\"unread-data\","
				      "\"rstwatch.certainty\":\"certain\","
				      "\"rstwatch.verdict\":\"predicted\"";
	struct netns_address address = netns_new_address();
	char self[600], command[600], program[700], why[NETNS_ERROR_MAX];
	char *argv[] = {self,
			(char *)"--without",
			(char *)"tracefs",
			command,
			(char *)"run",
			(char *)"--format",
			(char *)"json",
			(char *)"--",
			program,
			address.v4,
			NULL};
	static struct program p;
	struct program *all[] = {&p};

	(void)state;
	snprintf(self, sizeof(self), "%s/test_facts_taken_away", here);
	snprintf(command, sizeof(command), "%s/../../rstwatch", here);
	snprintf(program, sizeof(program),
		 "%s/programs/close_with_unread_bytes_resets", here);
	if (netns_enter(&address, why) != 0)
		fail_msg("%s", why);
	assert_int_equal(program_start(&p, argv, NULL, 20000), 0);
	assert_ptr_equal(program_wait(all, 1), &p);
	assert_int_equal(p.status, 0);
	assert_non_null(strstr(p.err.text, verdict));
	assert_null(strstr(p.err.text, "TCP_ABORT_ON_CLOSE"));
}

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

int main(int argc, char **argv)
{
	struct CMUnitTest tests[ROWS + 2];
	ssize_t n = readlink("/proc/self/exe", here, sizeof(here) - 1);

	if (n <= 0)
		return 96;
	*strrchr(here, '/') = '\0';
	if (argc >= 5 && strcmp(argv[1], "--without") == 0)
		return become(argv);
	for (size_t i = 0; i < ROWS; i++)
		tests[i] = (struct CMUnitTest){rows[i].name, the_row_is_true,
					       NULL, NULL, (void *)&rows[i]};
	tests[ROWS] = (struct CMUnitTest)cmocka_unit_test(
		the_witness_says_why_there_is_no_tracefs);
	tests[ROWS + 1] = (struct CMUnitTest)cmocka_unit_test(
		a_run_without_tracefs_leaves_the_reason_out);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
