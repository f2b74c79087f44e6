/* SPDX-License-Identifier: MIT */
/* all_memory_is_locked.c - now and in future. */
#include <sys/mman.h>

#include "trap.h"

int main(void)
{
	int fd[2];

	printf("%d\n", mlockall(MCL_CURRENT | MCL_FUTURE));
	unread_pair(fd);
	CHECK(dup2(fd[1], 1000) == 1000);
	CHECK(close(fd[1]) == 0 && close(1000) == 0);
	return 0;
}
