/* SPDX-License-Identifier: MIT */
/* trap_run.c - runs a program that sets traps, bare and watched. */
#include "trap_run.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "netns.h"

enum { LIMIT_MS = 30000 };

char trap_build[TRAP_PATH], trap_dir[TRAP_PATH];
const char *trap_runtime;

const char *trap_text(char *buf, const char *format, ...)
{
	va_list ap;
	int n;

	va_start(ap, format);
	n = vsnprintf(buf, TRAP_PATH, format, ap);
	va_end(ap);
	assert_in_range(n, 0, TRAP_PATH - 1);
	return buf;
}

/* Runs a trap to its end, with env beside the runner's own environment. */
void trap_run(struct program *p, const char *name, const char *argument,
	      char *const env[])
{
	char path[TRAP_PATH];
	char *argv[] = {path, (char *)(uintptr_t)argument, NULL};
	struct program *running[] = {p};

	trap_text(path, "%s/tests/preload/traps/%s", trap_build, name);
	memset(p, 0, sizeof(*p));
	assert_int_equal(program_start(p, argv, env, LIMIT_MS), 0);
	program_wait(running, 1);
	assert_false(p->was_late);
}

/* With the library, and its log in a file. */
void trap_run_watched(struct program *p, const char *name, const char *argument,
		      const char *preload, const char *log)
{
	char preload_env[3 * TRAP_PATH], log_env[TRAP_PATH + 32];
	char stack_env[] = "RSTWATCH_STACK=3";
	char *env[] = {preload_env, log_env, stack_env, NULL};

	/* A sanitizer's runtime has to come first (make sanitize). */
	snprintf(preload_env, sizeof(preload_env), "LD_PRELOAD=%s%s%s",
		 trap_runtime ? trap_runtime : "", trap_runtime ? ":" : "",
		 preload);
	snprintf(log_env, sizeof(log_env), "RSTWATCH_LOG=%s", log);
	trap_run(p, name, argument, env);
}

const char *trap_so(void)
{
	static char path[TRAP_PATH];

	return trap_text(path, "%s/librstwatch.so", trap_build);
}

const char *trap_log(void)
{
	static char path[TRAP_PATH];

	return trap_text(path, "%s/log", trap_dir);
}

int trap_count(const struct jsonlog *log, const char *key, const char *value)
{
	int n = 0;

	for (size_t i = 0; i < log->count; i++)
		n += !strcmp(jsonlog_text(log->records[i], key), value);
	return n;
}

enum { PIDS = 4096 };

struct numbers {
	int64_t pid, seq, gaps;
};

/* Each process counts from 1; what is missing is what it says it lost. */
int64_t trap_gaps(const struct jsonlog *log)
{
	static struct numbers seen[PIDS];
	size_t used = 0;
	int64_t gaps = 0;

	for (size_t i = 0; i < log->count; i++) {
		json_object *r = log->records[i];
		int64_t pid = jsonlog_number(r, "process.pid", 0);
		int64_t seq = jsonlog_number(r, "rstwatch.seq", 0);
		size_t k = 0;

		while (k < used && seen[k].pid != pid)
			k++;
		assert_in_range(k, 0, PIDS - 1);
		if (k == used)
			seen[used++] = (struct numbers){.pid = pid};
		/* An exec begins anew; threads may overtake each other. */
		if (seq > seen[k].seq)
			seen[k].gaps += seq - seen[k].seq - 1;
		else if (seq > 1)
			seen[k].gaps--;
		if (seq > seen[k].seq || seq == 1)
			seen[k].seq = seq;
	}
	for (size_t k = 0; k < used; k++)
		gaps += seen[k].gaps;
	return gaps;
}

int64_t trap_lost(const struct jsonlog *log)
{
	int64_t lost = 0;

	for (size_t i = 0; i < log->count; i++)
		lost += jsonlog_number(log->records[i], "rstwatch.lost", 0);
	return lost;
}

void trap_log_read(struct jsonlog *log)
{
	char why[JSONLOG_ERROR_MAX] = "";

	if (jsonlog_read(log, trap_log(), why) != 0)
		fail_msg("%s", why);
}

void trap_same_result(const struct program *bare, const struct program *p)
{
	char text[2][32];

	assert_string_equal(program_status_text(p, text[0]),
			    program_status_text(bare, text[1]));
	assert_string_equal(p->out.text, bare->out.text);
	assert_string_equal(p->err.text, bare->err.text);
}

int trap_new_dir(void **state)
{
	const char *tmp = getenv("TMPDIR");

	(void)state;
	trap_text(trap_dir, "%s/harmless.XXXXXX", tmp ? tmp : "/tmp");
	return mkdtemp(trap_dir) ? 0 : -1;
}

int trap_remove_dir(void **state)
{
	char command[TRAP_PATH + 32];

	(void)state;
	snprintf(command, sizeof(command), "rm -rf '%s'", trap_dir);
	return system(command);
}

/* A network and mounts of our own: nothing of this reaches the machine. */
int trap_enter(void **state)
{
	const struct netns_address address = netns_new_address();
	char why[NETNS_ERROR_MAX] = "";
	const char *b = getenv("B");

	(void)state;
	trap_runtime = getenv("SANITIZER_RUNTIME");
	if (!realpath(b ? b : "build", trap_build))
		return -1;
	if (netns_enter(&address, why) != 0) {
		print_error("%s\n", why);
		return -1;
	}
	netns_sysctl("ipv4/tcp_tw_reuse", "1");
	netns_sysctl("ipv4/ip_local_port_range", "1024 65000");
	return unshare(CLONE_NEWNS) != 0 ||
	       mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0;
}
