/* SPDX-License-Identifier: MIT */
/* program.c - starts programs and waits for them, several at a time. */
#include "program.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { PROGRAM_MAX = 16, POLLED = 3 /* of each: pidfd, stdout, stderr */ };

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Runs in the child; no other thread of the test holds a lock. */
static void become(char *const argv[], char *const env[], int out, int err,
		   pid_t parent)
{
	int null = open("/dev/null", O_RDONLY);

	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(127); /* the test died before PDEATHSIG was set */
	dup2(null, 0);
	dup2(out, 1);
	dup2(err, 2);
	close(null);
	for (; env && *env; env++)
		putenv(*env);
	execv(argv[0], argv);
	dprintf(2, "%s: can't be executed: errno %d\n", argv[0], errno);
	_exit(127);
}

int program_start(struct program *s, char *const argv[], char *const env[],
		  int timeout_ms)
{
	int out[2];
	int err[2];
	pid_t parent = getpid();

	*s = (struct program){.pid = -1, .pidfd = -1};
	if (pipe2(out, O_CLOEXEC) < 0)
		return -1;
	if (pipe2(err, O_CLOEXEC) == 0) {
		s->pid = fork();
		if (s->pid == 0)
			become(argv, env, out[1], err[1], parent);
		close(err[1]);
		s->err.fd = err[0];
	}
	close(out[1]);
	s->out.fd = out[0];
	if (s->pid < 0)
		return -1;
	setpgid(s->pid, s->pid); /* whoever of the two comes first */
	s->pidfd = (int)syscall(SYS_pidfd_open, s->pid, 0);
	s->deadline_ms = now_ms() + timeout_ms;
	return s->pidfd < 0 ? -1 : 0;
}

/* One read of what has come; output beyond the buffer is thrown away. */
static void take_output(struct program_output *o)
{
	char rest[512];
	size_t room = sizeof(o->text) - 1 - o->len;
	ssize_t n = read(o->fd, room ? o->text + o->len : rest,
			 room ? room : sizeof(rest));

	if (n > 0 && room)
		o->len += (size_t)n;
	if (n > 0 || (n < 0 && (errno == EINTR || errno == EAGAIN)))
		return;
	close(o->fd);
	o->fd = -1;
}

/*
 * What is in the pipe, until its last holder is gone: the process group was
 * killed. A daemon that has left the group may hold it for ever.
 */
static void take_rest(struct program_output *o)
{
	struct pollfd p = {.fd = o->fd, .events = POLLIN};

	while (o->fd >= 0 && poll(&p, 1, 1000) > 0)
		take_output(o);
	if (o->fd >= 0)
		close(o->fd);
	o->fd = -1;
}

static void finish(struct program *s)
{
	/* As a zombie it still holds its number: the group is its own. */
	kill(-s->pid, SIGKILL);
	take_rest(&s->out);
	take_rest(&s->err);
	while (waitpid(s->pid, &s->status, 0) < 0 && errno == EINTR)
		;
	close(s->pidfd);
	s->has_ended = true;
}

static int time_left(struct program *const running[], size_t count)
{
	int64_t first = INT64_MAX;
	int64_t left;

	for (size_t i = 0; i < count; i++)
		if (running[i] && !running[i]->has_ended &&
		    running[i]->deadline_ms < first)
			first = running[i]->deadline_ms;
	left = first - now_ms();
	return left > 0 ? (int)left : 0;
}

static void kill_the_late(struct program *const running[], size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct program *s = running[i];

		if (!s || s->has_ended || s->deadline_ms > now_ms())
			continue;
		s->was_late = true;
		kill(s->pid, SIGKILL);
	}
}

struct program *program_wait(struct program *const running[], size_t count)
{
	struct pollfd p[POLLED * PROGRAM_MAX];
	bool is_any = true;

	while (is_any) {
		is_any = false;
		for (size_t i = 0; i < count; i++) {
			struct program *s = running[i];
			bool is_on = s && !s->has_ended;
			struct pollfd *mine = &p[POLLED * i];

			is_any |= is_on;
			mine[0].fd = is_on ? s->pidfd : -1;
			mine[1].fd = is_on ? s->out.fd : -1;
			mine[2].fd = is_on ? s->err.fd : -1;
			for (int k = 0; k < POLLED; k++)
				mine[k].events = POLLIN;
		}
		if (!is_any)
			break;
		if (poll(p, POLLED * count, time_left(running, count)) == 0)
			kill_the_late(running, count);
		for (size_t i = 0; i < count; i++) {
			if (p[POLLED * i + 1].revents)
				take_output(&running[i]->out);
			if (p[POLLED * i + 2].revents)
				take_output(&running[i]->err);
			if (!p[POLLED * i].revents)
				continue;
			finish(running[i]);
			return running[i];
		}
	}
	return NULL;
}

const char *program_status_text(const struct program *s, char text[32])
{
	if (s->was_late)
		snprintf(text, 32, "killed after its time");
	else if (WIFSIGNALED(s->status))
		snprintf(text, 32, "signal %d", WTERMSIG(s->status));
	else
		snprintf(text, 32, "exit %d", WEXITSTATUS(s->status));
	return text;
}
