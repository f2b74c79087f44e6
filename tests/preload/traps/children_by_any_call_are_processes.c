/* SPDX-License-Identifier: MIT */
/* children_by_any_call_are_processes.c - fork, clone, posix_spawn, system. */
#include <signal.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "trap.h"

extern char **environ;

static void wait_for(pid_t pid, int expected)
{
	int status;

	CHECK(pid > 0 && waitpid(pid, &status, 0) == pid);
	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == expected);
}

/* Two resets in the child, one of them by its exit. */
static void child(void)
{
	int fd[2];

	reset_once();
	unread_pair(fd);
	_exit(3);
}

int main(void)
{
	char sh[] = "sh", c[] = "-c", command[] = "exit 3";
	char *const argv[] = {sh, c, command, NULL};
	pid_t pid = fork();

	if (pid == 0)
		child();
	wait_for(pid, 3);
	pid = (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
	if (pid == 0)
		child();
	wait_for(pid, 3);
	CHECK(posix_spawnp(&pid, "sh", NULL, NULL, argv, environ) == 0);
	wait_for(pid, 3);
	CHECK(WEXITSTATUS(system("exit 4")) == 4);
	reset_once();
	return 0;
}
