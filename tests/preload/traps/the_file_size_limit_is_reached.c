/* SPDX-License-Identifier: MIT */
/* the_file_size_limit_is_reached.c - SIGXFSZ is not for our line. */
#include <sys/resource.h>

#include "trap.h"

int main(void)
{
	struct rlimit limit;

	CHECK(getrlimit(RLIMIT_FSIZE, &limit) == 0);
	limit.rlim_cur = 4096;
	CHECK(setrlimit(RLIMIT_FSIZE, &limit) == 0);
	for (int i = 0; i < 10; i++)
		reset_once();
	limit.rlim_cur = limit.rlim_max;
	CHECK(setrlimit(RLIMIT_FSIZE, &limit) == 0);
	reset_once();
	return 0;
}
