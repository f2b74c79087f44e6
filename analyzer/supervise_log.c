/* SPDX-License-Identifier: MIT */
/* supervise_log.c - the supervisor's records, as the preload would write them.
 */
#include "supervise_log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "rstwatch/logpath.h"
#include "rstwatch/only.h"

static struct {
	int fd;
	enum rst_level level;
	struct utsname host;
	uint64_t lost;
} log_out = {.fd = -1};

static uint64_t now_ns(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return (uint64_t)ts.tv_sec * 1000000000u + (uint64_t)ts.tv_nsec;
}

int supervise_log_open(const char *pattern, enum rst_level level, pid_t pid,
		       const char *program)
{
	struct rst_log_names names = {.pid = pid, .program = program};
	char path[PATH_MAX];
	struct rst_text t = rst_text_on(path, sizeof(path) - 1);

	uname(&log_out.host);
	names.host = log_out.host.nodename;
	names.started_s = now_ns(CLOCK_REALTIME) / 1000000000u;
	rst_log_path(&t, pattern, &names);
	path[t.len] = '\0';
	log_out.level = level;
	log_out.fd = open(path,
			  O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY,
			  0600);
	return log_out.fd < 0 ? -errno : 0;
}

void supervise_log_stop(void)
{
	if (log_out.fd >= 0)
		close(log_out.fd);
	log_out.fd = -1;
}

bool supervise_log_shows(enum rst_level level)
{
	return log_out.fd >= 0 && level <= log_out.level;
}

void supervise_log_emit(struct target *t, struct rst_event *e)
{
	static char line[RST_RECORD_STACK_BUF];
	struct rst_text text = rst_text_on(line, sizeof(line));

	if (!supervise_log_shows(e->level))
		return;
	e->realtime_ns = now_ns(CLOCK_REALTIME);
	e->mono_ns = now_ns(CLOCK_MONOTONIC);
	e->seq = ++t->seq;
	e->host = log_out.host.nodename;
	e->pid = t->pid;
	if (e->tid == 0)
		e->tid = t->pid;
	e->process_name = t->name;
	e->executable = t->executable;
	rst_record_json(&text, e);
	if (write(log_out.fd, line, text.len) != (ssize_t)text.len)
		log_out.lost++;
}

unsigned supervise_log_stack(void)
{
	const unsigned standard = 8;
	const char *text = getenv("RSTWATCH_STACK");
	unsigned long n;
	char *end;

	if (!text || !*text)
		return standard;
	n = strtoul(text, &end, 10);
	return *end || n > RST_STACK_MAX ? standard : (unsigned)n;
}

static void process_event(struct target *t, enum rst_action action)
{
	struct rst_event e = {.action = action, .level = RST_WARN, .fd = -1};

	e.lost = log_out.lost;
	supervise_log_emit(t, &e);
}

void supervise_log_seen(struct target *t)
{
	char name[TARGET_NAME_MAX];
	char executable[sizeof(t->executable)];

	if (!t->may_have_exec)
		return;
	t->may_have_exec = false;
	target_names(t, name, executable);
	t->next_name[0] = '\0';
	if (t->is_started && strcmp(name, t->name) == 0 &&
	    strcmp(executable, t->executable) == 0)
		return;
	supervise_log_ended(t);
	strcpy(t->name, name);
	strcpy(t->executable, executable);
	t->is_started = rst_only_has(getenv("RSTWATCH_ONLY"), name);
	if (t->is_started)
		process_event(t, RST_PROCESS_STARTED);
}

void supervise_log_ended(struct target *t)
{
	if (t->is_started)
		process_event(t, RST_PROCESS_ENDED);
	t->is_started = false;
	t->seq = 0;
}
