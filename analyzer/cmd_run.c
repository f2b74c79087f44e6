/* SPDX-License-Identifier: MIT */
/* cmd_run.c - `rstwatch run`: watches one command and reports its resets. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "rstwatch/text.h"

#include "command.h"
#include "executable.h"
#include "hidden.h"
#include "job.h"
#include "keeper.h"
#include "live_capture.h"
#include "run_log.h"
#include "run_options.h"
#include "run_preload.h"
#include "run_report.h"
#include "supervise.h"

/* As env(1), nohup(1) and valgrind(1) have it. */
enum { EXIT_OURS = 125, EXIT_NOT_EXECUTABLE = 126, EXIT_NOT_FOUND = 127 };

struct run {
	struct run_options options;
	struct executable program;
	enum run_way way;
	bool is_watched; /* by one of the two ways */
	struct keeper keeper;
	struct job job;
	struct launch launch;
	struct run_log log;
	char preload[PATH_MAX];
	int error[2]; /* exec's errno comes through this pipe */
	int alive;
};

static void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void say(const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	fputs("rstwatch: ", stderr);
	vfprintf(stderr, format, ap);
	fputc('\n', stderr);
	va_end(ap);
}

static int refuse(const struct run *r, int error)
{
	const char *command = r->options.command[0];
	const char *missing = r->program.missing;
	char name[1024];
	struct rst_text t = rst_text_on(name, sizeof(name));

	/* A carriage return would be seen by nobody. */
	rst_text_plain(&t, missing, strlen(missing), sizeof(name) / 8);
	if (*missing)
		say("%s: its interpreter %.*s: %s", command, (int)t.len, name,
		    strerror(error));
	else if (error == ENOENT)
		say("%s: command not found", command);
	else
		say("%s: can't be executed: %s", command, strerror(error));
	return error == ENOENT ? EXIT_NOT_FOUND : EXIT_NOT_EXECUTABLE;
}

/* Which way, and in is_watched whether there is one. */
static void choose(struct run *r)
{
	r->way = r->options.way;
	r->is_watched = true;
	if (r->way != RUN_BY_LOOKING)
		return;
	switch (r->program.kind) {
	case EXECUTABLE_DYNAMIC: r->way = RUN_PRELOAD; break;
	case EXECUTABLE_STATIC:
	case EXECUTABLE_GO:
	case EXECUTABLE_MUSL: r->way = RUN_SUPERVISE; break;
	case EXECUTABLE_PRIVILEGED:
		/* Unprivileged, the supervisor would cost it its privilege. */
		r->way = RUN_SUPERVISE;
		r->is_watched = geteuid() == 0;
		break;
	case EXECUTABLE_UNREADABLE: r->way = RUN_PRELOAD; break;
	case EXECUTABLE_FOREIGN: r->is_watched = false; break;
	}
}

/* NULL where there is none. */
static const char *way_name(const struct run *r)
{
	if (r->is_watched)
		return r->way == RUN_PRELOAD ? "preload"
					     : "system calls (seccomp)";
	return r->keeper.state.has_capture ? "packets alone" : NULL;
}

/* One line: which way, and why. */
static void choice_say(const struct run *r)
{
	const char *name = executable_basename(r->program.path);
	const char *why = executable_why(r->program.kind);
	const char *asked = r->options.way == RUN_BY_LOOKING ? "" : ", as told";
	const char *way = way_name(r);

	if (!way)
		say("not watching %s: %s", name, why);
	else if (r->program.is_script)
		say("watching %s by its %s%s: a script of %s, %s", name, way,
		    asked, r->program.looked, why);
	else
		say("watching %s by its %s%s: %s", name, way, asked, why);
}

static enum rst_level level_of_environment(void)
{
	const char *level = getenv("RSTWATCH_LEVEL");

	for (int i = RST_LEVEL_OFF; level && i <= RST_DEBUG; i++)
		if (strcmp(level, rst_level_name((enum rst_level)i)) == 0)
			return (enum rst_level)i;
	return RST_WARN;
}

static int start_supervised(struct run *r)
{
	const struct supervise s = {.launch = r->launch,
				    .log = r->log.pattern,
				    .level = level_of_environment(),
				    .is_log_temporary = !r->options.log};
	int events = supervise_start(&s, &r->alive);

	if (events < 0)
		return events;
	job_adopt(&r->job, events);
	return 0;
}

static int start(struct run *r)
{
	char **env = run_environment();

	if (!env || pipe2(r->error, O_CLOEXEC) != 0)
		return -errno;
	r->launch.path = r->program.path;
	r->launch.argv = r->options.command;
	r->launch.error_fd = r->error[1];
	r->launch.is_foreign = r->program.kind == EXECUTABLE_FOREIGN;
	if (r->is_watched && r->way == RUN_PRELOAD)
		env = run_preload_environment(env, r->preload, r->log.pattern);
	if (!env)
		return -ENOMEM;
	r->launch.envp = env;
	return r->is_watched && r->way == RUN_SUPERVISE
		       ? start_supervised(r)
		       : job_start(&r->job, &r->launch);
}

/* The errno of an exec that failed after all, else 0. */
static int exec_error(const struct run *r)
{
	int error = 0;

	fcntl(r->error[0], F_SETFL, O_NONBLOCK);
	return read(r->error[0], &error, sizeof(error)) == sizeof(error) ? error
									 : 0;
}

static void capture_say(const struct run *r)
{
	const struct keeper_state *s = &r->keeper.state;
	char self[PATH_MAX] = "rstwatch";
	ssize_t n;

	if (r->options.has_no_capture)
		return;
	if (s->has_capture) {
		say("capturing on interface %s: filter %s, snap length %d, the "
		    "last %d MB",
		    LIVE_CAPTURE_DEVICE, LIVE_CAPTURE_FILTER,
		    LIVE_CAPTURE_SNAPLEN, LIVE_CAPTURE_KEPT >> 20);
		return;
	}
	n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	if (n > 0)
		self[n] = '\0';
	say("not capturing (%s): sudo setcap cap_net_raw,cap_perfmon+ep %s",
	    s->capture_why, self);
}

/*
 * Ends as the command did: a shell that sees its child killed by SIGINT ends
 * its own loop too, which a mere status of 130 would not make it do.
 */
static int die_alike(int signal)
{
	const struct rlimit none = {0};
	const struct sigaction standard = {.sa_handler = SIG_DFL};
	sigset_t set;

	setrlimit(RLIMIT_CORE, &none);
	sigaction(signal, &standard, NULL);
	sigemptyset(&set);
	sigaddset(&set, signal);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	raise(signal);
	return 128 + signal;
}

/* The command's status as wait(2) has it. */
static int own_status(const struct run *r)
{
	if (r->job.is_abandoned)
		say("the supervisor died%s; what the command did after that "
		    "was not watched",
		    r->job.is_status_lost ? ", and the exit status with it"
					  : "");
	return r->job.is_status_lost ? EXIT_OURS << 8 : r->job.status;
}

static void refusal_say(const struct run *r)
{
	if (r->job.refused)
		say("%s was not watched: seccomp user notification: %s",
		    executable_basename(r->program.path),
		    strerror(r->job.refused));
}

/* The status to end with, as wait(2) has it. */
static int watch(struct run *r)
{
	int error, status, resets;

	error = -start(r);
	if (error) {
		say("can't start: %s", strerror(error));
		return EXIT_OURS << 8;
	}
	close(r->error[1]);
	launch_release_inherited(r->options.output);
	job_wait(&r->job);
	keeper_finish(&r->keeper);
	job_end(&r->job, &r->launch);
	error = exec_error(r);
	if (error)
		return refuse(r, error) << 8;
	refusal_say(r);
	hidden_say();
	status = own_status(r);
	resets = run_report(&r->options, &r->keeper, r->program.looked,
			    r->is_watched && !r->job.refused ? &r->log : NULL);
	if (resets < 0)
		return EXIT_OURS << 8;
	return resets > 0 && r->options.error_exit_code >= 0
		       ? r->options.error_exit_code << 8
		       : status;
}

static int prepare(struct run *r)
{
	int error;

	choose(r);
	if (r->way == RUN_PRELOAD && run_preload_find(r->preload) != 0) {
		say("librstwatch.so is neither beside rstwatch nor installed");
		return -1;
	}
	error = -job_begin(&r->job, &r->launch);
	if (error) {
		say("can't begin: %s", strerror(error));
		return -1;
	}
	error = -keeper_start(&r->keeper, !r->options.has_no_capture,
			      r->options.capture);
	if (error) {
		say("can't begin: %s: %s", r->keeper.dir, strerror(error));
		return -1;
	}
	error = r->way == RUN_PRELOAD
			? -run_preload_alias(r->preload, r->keeper.dir)
			: 0;
	if (error) {
		say("can't preload %s: %s", r->preload,
		    error == EINVAL ? "a blank or colon in its path, and in "
				      "TMPDIR's"
				    : strerror(error));
		return -1;
	}
	r->log.is_supervised = r->way == RUN_SUPERVISE;
	error = -run_log_choose(&r->log, r->options.log, &r->keeper);
	if (error)
		say("can't begin: %s: %s", r->log.path,
		    error == EINVAL ? "not a regular file" : strerror(error));
	return error ? -1 : 0;
}

int cmd_run(int argc, char **argv)
{
	static struct run r;
	int status;

	launch_fill_standard();
	status = run_options_parse(argc, argv, &r.options);
	if (status)
		return status < 0 ? EXIT_OURS : 0;
	status = executable_look(r.options.command[0], &r.program);
	if (status)
		return refuse(&r, status);
	status = EXIT_OURS << 8;
	if (prepare(&r) == 0) {
		choice_say(&r);
		capture_say(&r);
		status = watch(&r);
	}
	if (r.keeper.pid > 0)
		keeper_end(&r.keeper);
	return WIFSIGNALED(status) ? die_alike(WTERMSIG(status))
				   : WEXITSTATUS(status);
}
