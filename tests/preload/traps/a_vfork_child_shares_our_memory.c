/* SPDX-License-Identifier: MIT */
/* a_vfork_child_shares_our_memory.c - and not our descriptors. */
#include <fcntl.h>
#include <sys/wait.h>

#include "trap.h"

static int wait_for(pid_t pid)
{
	int status;

	CHECK(waitpid(pid, &status, 0) == pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

int main(void)
{
	int fd[2], null = open("/dev/null", O_RDWR | O_CLOEXEC);
	pid_t pid;

	unread_pair(fd);
	pid = vfork();
	if (pid == 0) {
		for (int i = 900; i < 1100; i++)
			dup2(null, i);
		dup2(null, fd[0]);
		close(fd[1]);
		closefrom(3);
		_exit(3);
	}
	printf("%d\n", wait_for(pid));
	pid = vfork();
	if (pid == 0) {
		execl("/nonexistent", "nonexistent", (char *)NULL);
		execlp("sh", "sh", "-c", "exit 4", (char *)NULL);
		_exit(127);
	}
	printf("%d\n", wait_for(pid));
	/* The parent's own: the one reset of this program. */
	CHECK(close(fd[1]) == 0);
	return 0;
}
