/* SPDX-License-Identifier: MIT */
/* a_million_descriptors_are_no_more_than_one.c - the highest number counts. */
#include <sys/resource.h>

#include "trap.h"

enum { MILLION = 1 << 20 };

/* Above the hard limit only with CAP_SYS_RESOURCE. */
static int limit_lift(void)
{
	struct rlimit limit, wanted = {MILLION, MILLION};

	CHECK(getrlimit(RLIMIT_NOFILE, &limit) == 0);
	if (limit.rlim_max >= MILLION)
		wanted.rlim_max = limit.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &wanted) == 0)
		return MILLION;
	limit.rlim_cur = limit.rlim_max;
	CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);
	return (int)limit.rlim_cur;
}

int main(void)
{
	int fd[2], quiet[2], most = limit_lift();

	unread_pair(fd);
	tcp_pair(quiet);
	while (dup(quiet[0]) >= 0)
		;
	printf("%d\n", most);
	CHECK(dup2(fd[1], most - 1) == most - 1);
	CHECK(close(fd[1]) == 0 && close(most - 1) == 0);
	CHECK(dup2(fd[0], most - 1) == most - 1);
	closefrom(3);
	return 0;
}
