/* SPDX-License-Identifier: MIT */
/* standard_descriptors_are_the_connection.c - as inetd does: no line strays. */
#include <sys/wait.h>

#include "trap.h"

static void serve(void)
{
	reset_once();
	CHECK(write(1, "answer\n", 7) == 7);
	_exit(0);
}

int main(int argc, char **argv)
{
	char text[256];
	int fd[2];
	ssize_t n;
	pid_t pid;

	(void)argc;
	if (getenv("TRAP_ROUND"))
		serve();
	CHECK(setenv("TRAP_ROUND", "2", 1) == 0);
	CHECK(unsetenv("RSTWATCH_LOG") == 0);
	tcp_pair(fd);
	pid = fork();
	if (pid == 0) {
		for (int i = 0; i < 3; i++)
			CHECK(dup2(fd[1], i) == i);
		closefrom(3);
		execv("/proc/self/exe", argv);
		_exit(1);
	}
	CHECK(close(fd[1]) == 0);
	while ((n = read(fd[0], text, sizeof(text))) > 0)
		CHECK(write(1, text, (size_t)n) == n);
	CHECK(waitpid(pid, NULL, 0) == pid);
	return 0;
}
