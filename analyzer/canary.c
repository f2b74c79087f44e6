/* SPDX-License-Identifier: MIT */
/* canary.c - tells a signal to our whole process group from one to us. */
#include "canary.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "launch.h"

/*
 * Theory of operation. What a shell's `kill %1` or timeout(1) sends to a
 * process group reaches the command without us, and must not be passed on to it
 * once more. The siginfo says nothing of that. So there is one more process in
 * the group, a child of ours that nobody else knows of, with all signals
 * blocked: what is pending there came to the group. The kernel signals the
 * youngest of a group first and all of it under one lock (__kill_pgrp_info(),
 * attach_pid()): it has what we have, however soon we ask.
 */
enum { PATIENCE_MS = 100 };

static _Noreturn void canary(int control)
{
	const struct timespec at_once = {0};
	sigset_t all;
	char byte;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	launch_close_others(&control, 1);
	sigfillset(&all);
	while (read(control, &byte, 1) == 1) {
		while (sigtimedwait(&all, NULL, &at_once) > 0)
			;
		if (write(control, &byte, 1) != 1)
			break;
	}
	_exit(0);
}

void canary_start(struct canary *c)
{
	int ends[2];

	*c = (struct canary){.control = -1};
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
		return;
	c->pid = fork();
	if (c->pid == 0)
		canary(ends[1]);
	close(ends[1]);
	c->control = ends[0];
	if (c->pid < 0)
		canary_end(c);
}

/* The signals that wait for a process, proc(5): bit 0 is signal 1. */
static uint64_t pending_of(pid_t pid)
{
	static const char key[] = "ShdPnd:";
	char path[64], line[256];
	uint64_t pending = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f))
		if (strncmp(line, key, sizeof(key) - 1) == 0)
			pending = strtoull(line + sizeof(key) - 1, NULL, 16);
	if (f)
		fclose(f);
	return pending;
}

/* It forgets what it has; if it can't now, being stopped, then later. */
static void canary_clear(const struct canary *c)
{
	struct pollfd answer = {.fd = c->control, .events = POLLIN};
	char byte = 0;

	if (send(c->control, &byte, 1, MSG_NOSIGNAL | MSG_DONTWAIT) == 1 &&
	    poll(&answer, 1, PATIENCE_MS) == 1 &&
	    recv(c->control, &byte, 1, MSG_DONTWAIT) != 1)
		return;
}

bool canary_had(const struct canary *c, int signal)
{
	if (c->pid <= 0 || !(pending_of(c->pid) >> (signal - 1) & 1))
		return false;
	canary_clear(c);
	return true;
}

void canary_end(struct canary *c)
{
	if (c->control >= 0)
		close(c->control);
	if (c->pid > 0)
		while (waitpid(c->pid, NULL, 0) < 0 && errno == EINTR)
			;
	*c = (struct canary){.control = -1};
}
