/* SPDX-License-Identifier: MIT */
/* standard_error_is_a_full_pipe.c - nobody waits for its reader. */
#include <fcntl.h>

#include "trap.h"

int main(int argc, char **argv)
{
	static char page[4096];
	int end[2];

	(void)argc;
	if (!getenv("TRAP_ROUND")) {
		CHECK(setenv("TRAP_ROUND", "2", 1) == 0);
		CHECK(unsetenv("RSTWATCH_LOG") == 0);
		CHECK(pipe(end) == 0 && dup2(end[1], 2) == 2);
		CHECK(fcntl(2, F_SETFL, O_NONBLOCK) == 0);
		while (write(2, page, sizeof(page)) > 0)
			;
		CHECK(fcntl(2, F_SETFL, 0) == 0);
		execv("/proc/self/exe", argv);
		return 1;
	}
	reset_once();
	return 6;
}
