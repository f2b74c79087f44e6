/* SPDX-License-Identifier: MIT */
/* test_run_supervised.c - what can't be preloaded is watched by its calls. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "netns.h"
#include "standby.h"
#include "tcp_pair.h"

enum { PATIENCE_S = 20, NOBODY = 65534 };

static char dir[] = "/tmp/rstwatch-supervised-XXXXXX";
static char log_path[64], command[4200], programs[4096];
static struct netns_address address;

/* What a run writes into its log, as text. */
static char records[1 << 16];

static void log_read(const char *log)
{
	FILE *f = fopen(log, "re");
	size_t n = 0;

	if (f) {
		n = fread(records, 1, sizeof(records) - 1, f);
		fclose(f);
	}
	records[n] = '\0';
	unlink(log);
}

/* Begins `rstwatch run --supervise` of a program of tests/preload. */
static pid_t supervise_start(const char *program, uid_t user, const char *log)
{
	char path[8192];
	pid_t pid;

	snprintf(path, sizeof(path), "%s/%s", programs, program);
	pid = fork();
	if (pid == 0) {
		alarm(PATIENCE_S);
		if (user && (setgid(user) != 0 || setuid(user) != 0))
			_exit(99);
		freopen("/dev/null", "w", stdout);
		execl(command, command, "run", "--supervise", "--no-capture",
		      "--log", log, "--output", "/dev/null", "--", path,
		      address.v4, NULL);
		_exit(99);
	}
	return pid;
}

/* Its status; the log is in records. */
static int supervise_end(pid_t pid, const char *log)
{
	int status;

	assert_int_equal(waitpid(pid, &status, 0), pid);
	log_read(log);
	return status;
}

static int supervise(const char *program, uid_t user)
{
	return supervise_end(supervise_start(program, user, log_path),
			     log_path);
}

/* Where the certainty counts as well: it stands behind the cause. */
#define CERTAIN(slug) slug "\",\"rstwatch.certainty\":\"certain"
#define LIKELY(slug)  slug "\",\"rstwatch.certainty\":\"likely"

static const struct {
	const char *program;
	const char *slug; /* NULL: nothing is predicted */
} rows[] = {
	{"close_with_unread_bytes_resets", CERTAIN("unread-data")},
	{"dup2_over_unread_bytes_resets", "unread-data"},
	{"close_range_over_unread_bytes_resets", "unread-data"},
	{"exit_with_unread_bytes_resets", "unread-data"},
	{"ipv6_close_with_unread_bytes_resets", "unread-data"},
	{"close_with_linger_zero_resets", "linger-zero"},
	{"connect_af_unspec_resets", "disconnect"},
	{"listener_closed_with_a_waiting_connection_resets",
	 "unaccepted-connections"},
	{"listener_shut_down_for_reading_resets_the_waiting",
	 "unaccepted-connections"},
	{"close_in_fin_wait2_with_negative_linger2_resets", "linger2-negative"},
	{"write_to_a_closed_peer_is_reset", "data-after-close"},
	{"sendmsg_to_a_closed_peer_is_reset", "data-after-close"},
	{"sendmmsg_whose_first_message_is_empty_is_reset", "data-after-close"},
	{"write_to_a_closed_peer_with_errors_queued_is_reset",
	 "data-after-close"},
	{"connect_to_a_closed_port_is_refused", "refused"},
	{"close_towards_a_vanished_peer_is_reset", "peer-gone"},
	/* What hides behind a connection that was just written to. */
	{"close_after_an_answer_to_the_urgent_byte_resets", "unread-data"},
	{"close_after_an_answer_with_bytes_below_rcvlowat_resets",
	 "unread-data"},
	{"close_after_an_answer_with_linger_zero_resets", "linger-zero"},
	{"linger_zero_set_through_a_duplicate_resets", "linger-zero"},
	{"linger_zero_set_by_a_child_resets", "linger-zero"},
	{"accepted_socket_inherits_linger_zero_and_resets", "linger-zero"},
	{"close_after_an_answer_with_negative_linger2_is_likely_to_reset",
	 "linger2-negative"},
	{"close_in_fin_wait2_while_data_is_in_flight_is_reset",
	 "data-after-close"},
	{"write_after_a_silence_to_a_vanished_peer_is_reset",
	 "data-after-close"},
	/* A thread that is inside a call puts it off. */
	{"close_with_unread_bytes_while_a_thread_polls_resets_later",
	 LIKELY("unread-data")},
	{"close_while_a_thread_receives_is_silent", NULL},
	{"exec_with_a_close_on_exec_socket_resets", CERTAIN("unread-data")},
	{"execlp_of_a_file_without_a_format_resets", CERTAIN("unread-data")},
	{"execv_of_an_unknown_magic_number_is_silent", LIKELY("unread-data")},
	{"failed_exec_is_silent", NULL},
	{"exec_of_a_script_without_its_interpreter_is_silent", NULL},
	{"exec_of_a_program_without_its_linker_is_silent", NULL},
	{"execv_of_a_file_without_a_format_is_silent", NULL},
	{"close_after_an_answer_is_silent", NULL},
	{"write_to_an_open_peer_is_silent", NULL},
	{"close_with_the_urgent_pointer_ahead_of_the_data_is_silent", NULL},
	{"close_after_reading_everything_is_silent", NULL},
	{"close_while_a_child_holds_the_socket_is_silent", NULL},
	{"close_while_a_duplicate_reads_on_is_silent", NULL},
	{"write_of_nothing_to_a_closed_peer_is_silent", NULL},
	{"writev_of_nothing_to_a_closed_peer_is_silent", NULL},
};

/* True if records have the prediction of a row, or none. */
static bool is_right(const char *program, const char *slug)
{
	const char *told = strstr(records, "\"reset-predicted\"");
	char cause[128];
	bool ok;

	snprintf(cause, sizeof(cause), "\"rstwatch.cause\":\"%s\"", slug);
	ok = slug ? told && strstr(told, cause) : !told;
	if (!ok)
		print_error("%s: %s\n", program, records);
	return ok;
}

/* Some at a time: most of a run is waiting for what comes after its end. */
static void system_calls_tell_what_the_preload_tells(void **state)
{
	enum { ROWS = sizeof(rows) / sizeof(rows[0]), AT_ONCE = 4 };
	char logs[AT_ONCE][sizeof(log_path) + 2];
	pid_t pids[AT_ONCE];
	int wrong = 0;

	(void)state;
	for (int i = 0; i < AT_ONCE; i++)
		snprintf(logs[i], sizeof(logs[i]), "%s.%d", log_path, i);
	for (int i = 0; i < ROWS + AT_ONCE; i++) {
		int at = i % AT_ONCE, before = i - AT_ONCE;

		if (before >= 0) {
			supervise_end(pids[at], logs[at]);
			wrong += !is_right(rows[before].program,
					   rows[before].slug);
		}
		if (i < ROWS)
			pids[at] =
				supervise_start(rows[i].program, 0, logs[at]);
	}
	assert_int_equal(wrong, 0);
}

/* It takes what is unread before the close acts, or while we ask. */
static void of_a_woken_thread_nothing_is_certain(void **state)
{
	(void)state;
	supervise("close_while_a_woken_thread_receives_is_silent", 0);
	assert_non_null(strstr(records, "process-ended"));
	assert_null(strstr(records, CERTAIN("unread-data")));
}

/* Nobody who is watched has made the socket or set its options. */
static void a_connection_from_outside_is_looked_at_whole(void **state)
{
	struct tcp_pair p = tcp_pair_open(PAIR_IPV4, PAIR_CLIENT);
	int ends[2], input = dup(0);

	(void)state;
	assert_int_equal(
		socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
	tcp_set_linger(p.ours, 0);
	standby_hand(ends[0], p.ours);
	tcp_close(&p.ours);
	dup2(ends[1], 0);
	assert_int_equal(supervise("../../e2e/programs/received", 0), 0);
	dup2(input, 0);
	close(input);
	close(ends[0]);
	close(ends[1]);
	tcp_pair_drop(&p);
	assert_non_null(strstr(records, "\"rstwatch.cause\":\"linger-zero\""));
}

/* The first frame is the program's own, as with the preload, not libc's. */
static void a_warning_has_the_stack_of_the_call(void **state)
{
	static const char first[] = "close_with_unread_bytes_resets\"";
	const char *stack, *module, *end;

	(void)state;
	supervise("close_with_unread_bytes_resets", 0);
	stack = strstr(records, "\"rstwatch.stack\":[{");
	assert_non_null(stack);
	module = strstr(stack, "\"module\":");
	end = strchr(stack, '}');
	assert_true(module && end && module < end);
	stack = strstr(module, first);
	assert_true(stack && stack < end);
}

/* Whoever it is may not be allowed to enter the directory of the build. */
static void copy_to_dir(const char *from, char to[4200])
{
	char line[8600];

	snprintf(to, 4200, "%s/%s", dir, strrchr(from, '/') + 1);
	snprintf(line, sizeof(line), "install -m 755 '%s' '%s'", from, to);
	assert_int_equal(system(line), 0);
}

static void an_ordinary_user_needs_no_right(void **state)
{
	static const char name[] = "close_with_unread_bytes_resets";
	char its_command[4200], its_program[4200], from[8400];
	char own_command[sizeof(command)], own_programs[sizeof(programs)];

	(void)state;
	if (geteuid() != 0) {
		print_message("skipped: only root can become another user\n");
		skip();
	}
	assert_int_equal(chmod(dir, 0777), 0);
	snprintf(from, sizeof(from), "%s/%s", programs, name);
	copy_to_dir(command, its_command);
	copy_to_dir(from, its_program);
	strcpy(own_command, command);
	strcpy(own_programs, programs);
	strcpy(command, its_command);
	strcpy(programs, dir);
	assert_int_equal(supervise(name, NOBODY), 0);
	strcpy(command, own_command);
	strcpy(programs, own_programs);
	unlink(its_command);
	unlink(its_program);
	assert_non_null(strstr(records, "\"rstwatch.unread_bytes\":11"));
}

static const char one_shell[] = "echo $PPID; read x; echo alive; exit 6";

/* A shell under the supervisor that speaks, waits for a line, and ends. */
struct shell {
	pid_t run;
	pid_t supervisor; /* the shell's parent */
	FILE *in, *out;
};

static void shell_start(struct shell *s, const char *script)
{
	char line[64];
	int in[2], out[2];

	assert_int_equal(pipe2(in, O_CLOEXEC), 0);
	assert_int_equal(pipe2(out, O_CLOEXEC), 0);
	s->run = fork();
	if (s->run == 0) {
		dup2(in[0], 0);
		dup2(out[1], 1);
		setpgid(0, 0);
		setenv("TMPDIR", dir, 1);
		alarm(PATIENCE_S);
		execl(command, command, "run", "--supervise", "--output",
		      "/dev/null", "--", "sh", "-c", script, NULL);
		_exit(99);
	}
	close(in[0]);
	close(out[1]);
	s->in = fdopen(in[1], "w");
	s->out = fdopen(out[0], "r");
	assert_non_null(fgets(line, sizeof(line), s->out));
	s->supervisor = (pid_t)atoi(line);
	assert_true(s->supervisor > 1);
}

static void shell_goes_on(struct shell *s)
{
	char line[64];

	fputs("go\n", s->in);
	fflush(s->in);
	assert_non_null(fgets(line, sizeof(line), s->out));
	assert_string_equal(line, "alive\n");
	fclose(s->in);
	fclose(s->out);
}

/* All that became our children because their parents are dead. */
static void all_end(void)
{
	alarm(PATIENCE_S);
	while (waitpid(-1, NULL, 0) > 0)
		;
	alarm(0);
	assert_int_equal(errno, ECHILD);
}

static int files_in_dir(void)
{
	struct dirent *e;
	int count = 0;
	DIR *d = opendir(dir);

	assert_non_null(d);
	while ((e = readdir(d)))
		count += strncmp(e->d_name, "rstwatch-", 9) == 0;
	closedir(d);
	return count;
}

static void nothing_is_left_where_run_was_killed(void **state)
{
	struct shell s;

	(void)state;
	shell_start(&s, one_shell);
	assert_int_equal(files_in_dir(), 1);
	kill(s.run, SIGKILL);
	assert_int_equal(waitpid(s.run, NULL, 0), s.run);
	shell_goes_on(&s);
	all_end();
	assert_int_equal(files_in_dir(), 0);
}

static void the_program_outlives_its_supervisor(void **state)
{
	struct shell s;
	int status;

	(void)state;
	shell_start(&s, one_shell);
	kill(s.supervisor, SIGKILL);
	shell_goes_on(&s);
	assert_int_equal(waitpid(s.run, &status, 0), s.run);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 6);
	all_end();
	assert_int_equal(files_in_dir(), 0);
}

/* Waits until a process is stopped. */
static void stops(pid_t pid)
{
	char path[64], line[256];

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	alarm(PATIENCE_S);
	do {
		FILE *f = fopen(path, "re");

		assert_non_null(f);
		assert_non_null(fgets(line, sizeof(line), f));
		fclose(f);
	} while (!strstr(line, ") T "));
	alarm(0);
}

/* kill -STOP %1 stops the supervisor too; what isn't of that group goes on. */
static void a_stopped_job_stops_nothing_else(void **state)
{
	struct shell s;
	int status;

	(void)state;
	shell_start(&s, "setsid sh -c 'echo $1; read x; echo alive' sh $PPID; "
			"exit 6");
	kill(-s.run, SIGSTOP);
	stops(s.supervisor);
	shell_goes_on(&s);
	kill(-s.run, SIGCONT);
	assert_int_equal(waitpid(s.run, &status, 0), s.run);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 6);
	all_end();
}

/* sched_getattr(2): nanoseconds, 0 where the kernel has none (before 6.12). */
static uint64_t slice_of(pid_t thread)
{
	uint64_t attr[6] = {0}; /* sched_runtime is at 24 */

	if (syscall(SYS_sched_getattr, thread, attr, sizeof(attr), 0) != 0)
		return 0;
	return attr[3];
}

/* The shortest slice of a process's threads. */
static uint64_t shortest_slice(pid_t pid)
{
	uint64_t slice, shortest = UINT64_MAX;
	struct dirent *e;
	char path[64];
	DIR *d;

	snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
	d = opendir(path);
	assert_non_null(d);
	while ((e = readdir(d))) {
		slice = e->d_name[0] == '.' ? 0 : slice_of(atoi(e->d_name));
		if (slice && slice < shortest)
			shortest = slice;
	}
	closedir(d);
	return shortest;
}

/* Else a signal comes before, and ends a call with EINTR. */
static void calls_are_taken_before_others_run(void **state)
{
	struct shell s;

	(void)state;
	if (slice_of(0) == 0) {
		print_message("skipped: this kernel has no slices\n");
		skip();
	}
	shell_start(&s, one_shell);
	assert_true(shortest_slice(s.supervisor) < slice_of(0));
	shell_goes_on(&s);
	all_end();
}

static int setup(void **state)
{
	const char *build = getenv("B") ? getenv("B") : "build";
	char why[NETNS_ERROR_MAX];

	(void)state;
	address = netns_new_address();
	if (!mkdtemp(dir) || !realpath(build, programs))
		return -1;
	snprintf(log_path, sizeof(log_path), "%s/log.jsonl", dir);
	snprintf(command, sizeof(command), "%s/rstwatch", programs);
	strcat(programs, "/tests/preload/programs");
	if (netns_enter(&address, why) != 0) {
		print_error("%s\n", why);
		return -1;
	}
	return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
}

static int teardown(void **state)
{
	(void)state;
	return rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(system_calls_tell_what_the_preload_tells),
		cmocka_unit_test(of_a_woken_thread_nothing_is_certain),
		cmocka_unit_test(a_connection_from_outside_is_looked_at_whole),
		cmocka_unit_test(a_warning_has_the_stack_of_the_call),
		cmocka_unit_test(an_ordinary_user_needs_no_right),
		cmocka_unit_test(nothing_is_left_where_run_was_killed),
		cmocka_unit_test(the_program_outlives_its_supervisor),
		cmocka_unit_test(a_stopped_job_stops_nothing_else),
		cmocka_unit_test(calls_are_taken_before_others_run),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
