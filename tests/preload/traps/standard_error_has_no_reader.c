/* SPDX-License-Identifier: MIT */
/* standard_error_has_no_reader.c - SIGPIPE is not for our line. */
#include "trap.h"

int main(int argc, char **argv)
{
	int end[2];

	(void)argc;
	if (!getenv("TRAP_ROUND")) {
		CHECK(setenv("TRAP_ROUND", "2", 1) == 0);
		CHECK(unsetenv("RSTWATCH_LOG") == 0);
		CHECK(pipe(end) == 0 && close(end[0]) == 0);
		CHECK(dup2(end[1], 2) == 2);
		execv("/proc/self/exe", argv);
		return 1;
	}
	reset_once();
	return 6;
}
