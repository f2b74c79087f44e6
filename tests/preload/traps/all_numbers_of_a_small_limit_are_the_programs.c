/* SPDX-License-Identifier: MIT */
/* all_numbers_of_a_small_limit_are_the_programs.c - each of 16. */
#include <fcntl.h>
#include <sys/resource.h>

#include "trap.h"

static void count_numbers(void)
{
	int fd, n = 0, last = -1;

	reset_once();
	while ((fd = open("/dev/null", O_RDONLY)) >= 0) {
		n++;
		last = fd;
	}
	printf("%d, last %d, errno %d\n", n, last, errno);
	fflush(stdout);
	closefrom(3);
}

int main(int argc, char **argv)
{
	const char *round = getenv("TRAP_ROUND");
	/* Where it may be lifted, or is so tight, we take none. */
	unsigned numbers = argc > 1 ? (unsigned)atoi(argv[1]) : 16;
	struct rlimit limit = {numbers,
			       round && numbers == 16 ? 16 : 4 * numbers};

	if (round)
		count_numbers();
	if (round && *round == '2')
		return 0;
	CHECK(setenv("TRAP_ROUND", round ? "2" : "1", 1) == 0);
	CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);
	execv("/proc/self/exe", argv);
	return 1;
}
