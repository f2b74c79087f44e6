/* SPDX-License-Identifier: MIT */
/* test_holders.c - who else holds a socket, on a machine with many files. */
#include "rstwatch/holders.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

/* More files than can be looked at in time. */
enum { PROCESSES = 16, FILES_EACH = 4000 };

static struct {
	int socket;
	uint64_t inode;
	pid_t crowd;   /* has the files, and not the socket */
	pid_t subject; /* has the socket, alone beside us, who ask */
} case_;

/* A child that waits for its end; job's result says that it is ready. */
static pid_t start(void (*job)(void))
{
	char byte = 0;
	int ready[2];
	pid_t pid;

	assert_int_equal(pipe(ready), 0);
	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (job)
			job();
		if (write(ready[1], &byte, 1) == 1)
			pause();
		_exit(1);
	}
	close(ready[1]);
	assert_int_equal(read(ready[0], &byte, 1), 1);
	close(ready[0]);
	return pid;
}

static void end(pid_t pid)
{
	assert_true(pid > 0);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static void crowd(void)
{
	struct rlimit limit;

	close(case_.socket);
	getrlimit(RLIMIT_NOFILE, &limit);
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	for (int i = 0; i < FILES_EACH; i++)
		if (dup(STDIN_FILENO) < 0)
			_exit(1);
	for (int i = 1; i < PROCESSES; i++)
		if (fork() == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			pause();
		}
}

static uint64_t now_in_stat(void)
{
	struct timespec t;

	clock_gettime(CLOCK_BOOTTIME, &t);
	return (uint64_t)t.tv_sec * 100 + (uint64_t)t.tv_nsec / 10000000;
}

static void await_next_tick(uint64_t tick)
{
	while (now_in_stat() == tick)
		;
}

static int set_up(void **state)
{
	struct stat st;

	(void)state;
	case_.socket = socket(AF_INET, SOCK_STREAM, 0);
	if (case_.socket < 0 || fstat(case_.socket, &st) != 0)
		return -1;
	case_.inode = st.st_ino;
	case_.crowd = start(crowd);
	await_next_tick(now_in_stat());
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	end(case_.crowd);
	close(case_.socket);
	return 0;
}

static enum rst_holder find(const struct rst_kin *kin, int32_t *holder)
{
	return rst_holders_find(case_.subject, case_.socket, case_.socket,
				case_.inode, 0, kin, holder);
}

static void among_too_many_files_a_holder_is_feared(void **state)
{
	int32_t holder = 0;

	(void)state;
	case_.subject = start(NULL);
	assert_int_equal(find(NULL, &holder), RST_HOLDER_FEARED);
	end(case_.subject);
}

static void of_who_is_older_nobody_is_feared(void **state)
{
	const struct rst_kin kin = {.since = now_in_stat()};
	int32_t holder = 0;

	(void)state;
	case_.subject = start(NULL);
	assert_int_equal(find(&kin, &holder), RST_HOLDER_NONE);
	end(case_.subject);
}

static void who_was_born_since_is_found(void **state)
{
	const struct rst_kin kin = {.since = now_in_stat()};
	pid_t sibling = start(NULL);
	int32_t holder = 0;

	(void)state;
	case_.subject = start(NULL);
	assert_int_equal(find(&kin, &holder), RST_HOLDER_PROCESS);
	assert_int_equal(holder, sibling);
	end(sibling);
	end(case_.subject);
}

static void an_elder_is_found(void **state)
{
	pid_t elder = start(NULL);
	struct rst_kin kin = {.elders = {elder}};
	int32_t holder = 0;

	(void)state;
	await_next_tick(now_in_stat());
	kin.since = now_in_stat();
	case_.subject = start(NULL);
	assert_int_equal(find(&kin, &holder), RST_HOLDER_PROCESS);
	assert_int_equal(holder, elder);
	end(elder);
	end(case_.subject);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(among_too_many_files_a_holder_is_feared),
		cmocka_unit_test(of_who_is_older_nobody_is_feared),
		cmocka_unit_test(who_was_born_since_is_found),
		cmocka_unit_test(an_elder_is_found),
	};

	return cmocka_run_group_tests_name("holders", tests, set_up, tear_down);
}
