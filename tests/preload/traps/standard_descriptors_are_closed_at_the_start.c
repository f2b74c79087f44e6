/* SPDX-License-Identifier: MIT */
/* standard_descriptors_are_closed_at_the_start.c - the first open gets 0. */
#include <fcntl.h>

#include "trap.h"

int main(int argc, char **argv)
{
	int out, fd[2];

	(void)argc;
	if (!getenv("TRAP_ROUND")) {
		CHECK(setenv("TRAP_ROUND", "2", 1) == 0);
		CHECK(fcntl(1, F_DUPFD, 20) == 20);
		closefrom(21);
		CHECK(close(0) == 0 && close(1) == 0 && close(2) == 0);
		execv("/proc/self/exe", argv);
		return 1;
	}
	out = open("/dev/null", O_RDWR);
	dprintf(20, "%d\n", out);
	unread_pair(fd);
	dprintf(20, "%d %d\n", fd[0], fd[1]);
	close(fd[1]);
	dprintf(20, "%d\n", open("/dev/null", O_RDWR));
	return 0;
}
