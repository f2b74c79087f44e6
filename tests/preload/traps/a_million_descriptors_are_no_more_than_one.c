/* SPDX-License-Identifier: MIT */
/* a_million_descriptors_are_no_more_than_one.c - the highest number counts. */
#include <sys/resource.h>

#include "trap.h"

int main(void)
{
	struct rlimit limit;
	int fd[2], most;

	CHECK(getrlimit(RLIMIT_NOFILE, &limit) == 0);
	limit.rlim_cur = limit.rlim_max;
	CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);
	most = limit.rlim_cur > 1 << 20 ? 1 << 20 : (int)limit.rlim_cur;
	unread_pair(fd);
	CHECK(dup2(fd[1], most - 2) == most - 2);
	CHECK(close(fd[1]) == 0);
	CHECK(close(most - 2) == 0);
	CHECK(dup2(fd[0], most - 1) == most - 1);
	closefrom(3);
	return 0;
}
