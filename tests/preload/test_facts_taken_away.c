/* SPDX-License-Identifier: MIT */
/* test_facts_taken_away.c - what can't be asked is left out, and said less
 * surely; nothing breaks */
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <setjmp.h>
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

#include "jsonlog.h"
#include "netns.h"
#include "program.h"
#include "witness.h"

static char here[512]; /* the directory of this program */

/*
 * One program, run twice: as it is, and with something taken away. Both times
 * it has to do the same; the verdict may differ as the row says. certainty
 * NULL: nothing is predicted any more.
 */
struct row {
	const char *name;
	const char *without;
	const char *program;
	const char *cause;
	const char *certainty_with;
	const char *certainty_without;
};

static const struct row rows[] = {
	{"unread_bytes_are_certain_without_sock_diag", "netlink",
	 "close_with_unread_bytes_resets", "unread-data", "certain", "certain"},
	{"linger_zero_is_certain_without_sock_diag", "netlink",
	 "close_with_linger_zero_resets", "linger-zero", "certain", "certain"},
	{"disconnecting_is_certain_without_sock_diag", "netlink",
	 "connect_af_unspec_resets", "disconnect", "certain", "certain"},
	{"data_behind_the_urgent_mark_is_likely_without_sock_diag", "netlink",
	 "close_with_bytes_behind_the_urgent_mark_resets", "unread-data",
	 "certain", "likely"},
	{"waiting_connections_are_likely_without_sock_diag", "netlink",
	 "listener_closed_with_a_waiting_connection_resets",
	 "unaccepted-connections", "certain", "likely"},
	{"data_after_close_is_likely_without_sock_diag", "netlink",
	 "write_to_a_closed_peer_is_reset", "data-after-close", "certain",
	 "likely"},
	{"a_refusal_is_not_foreseen_without_sock_diag", "netlink",
	 "connect_to_a_closed_port_is_refused", "refused", "certain", NULL},
	{"a_vanished_peer_is_not_foreseen_without_sock_diag", "netlink",
	 "close_towards_a_forgotten_peer_is_reset", "peer-gone", "certain",
	 NULL},
	{"unread_bytes_are_certain_without_proc", "proc",
	 "close_with_unread_bytes_resets", "unread-data", "certain", "certain"},
	{"a_duplicate_closed_last_is_likely_without_proc", "proc",
	 "close_of_a_duplicate_is_silent_and_of_the_last_resets", "unread-data",
	 "certain", "likely"},
	{"data_after_close_is_certain_without_proc", "proc",
	 "write_to_a_closed_peer_is_reset", "data-after-close", "certain",
	 "certain"},
};

/* As a container's profile does it: socket(AF_NETLINK) says EPERM. */
static int take_netlink(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_socket, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
			 offsetof(struct seccomp_data, args[0])),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_NETLINK, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = {sizeof(code) / sizeof(code[0]), code};

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return -1;
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

/* An empty directory where /proc was, in a mount namespace of its own. */
static int take_proc(void)
{
	if (unshare(CLONE_NEWNS) != 0 ||
	    mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
		return -1;
	return mount("none", "/proc", "tmpfs", 0, NULL);
}

/* This very program, started as "test --without WHAT PROGRAM ADDRESS". */
static int become(char **argv)
{
	char preload[640];
	int rc = 0;

	if (strcmp(argv[2], "netlink") == 0)
		rc = take_netlink();
	else if (strcmp(argv[2], "proc") == 0)
		rc = take_proc();
	if (rc != 0)
		return 98;
	snprintf(preload, sizeof(preload), "%s/../../librstwatch.so", here);
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

/* How sure the log was of the cause; NULL where it didn't predict it. */
static void certainty_in(const char *path, const char *cause, char found[16])
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
		assert_string_equal(jsonlog_text(r, "rstwatch.cause"), cause);
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
	certainty_in(log, row->cause, found);
	assert_string_equal(found, row->certainty_with);
	assert_int_equal(truncate(log, 0), 0);
	run(&without, row->without, row->program, log);
	certainty_in(log, row->cause, found);
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

enum { ROWS = sizeof(rows) / sizeof(rows[0]) };

int main(int argc, char **argv)
{
	struct CMUnitTest tests[ROWS + 1];
	ssize_t n = readlink("/proc/self/exe", here, sizeof(here) - 1);

	if (n <= 0)
		return 96;
	*strrchr(here, '/') = '\0';
	if (argc == 5 && strcmp(argv[1], "--without") == 0)
		return become(argv);
	for (size_t i = 0; i < ROWS; i++)
		tests[i] = (struct CMUnitTest){rows[i].name, the_row_is_true,
					       NULL, NULL, (void *)&rows[i]};
	tests[ROWS] = (struct CMUnitTest)cmocka_unit_test(
		the_witness_says_why_there_is_no_tracefs);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
