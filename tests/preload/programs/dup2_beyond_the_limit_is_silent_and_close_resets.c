/* SPDX-License-Identifier: MIT */
/* dup2_beyond_the_limit_is_silent_and_close_resets.c - the number was
 * allowed when it was opened */
#include <fcntl.h>
#include <sys/resource.h>

#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));
	struct rlimit low = {50, 50};
	int high = fcntl(p.ours, F_DUPFD, 100);

	MUST(close(p.ours) == 0);
	tcp_deliver(p.theirs, high, 11);
	MUST(setrlimit(RLIMIT_NOFILE, &low) == 0);
	SAY(dup2(0, high));
	SAY(dup3(0, high, O_CLOEXEC));
	SAY(close(high));
	return 0;
}
