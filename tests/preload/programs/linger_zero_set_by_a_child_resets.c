/* SPDX-License-Identifier: MIT */
/* linger_zero_set_by_a_child_resets.c - the option is the socket's, not the
 * process's */
#include <sys/wait.h>

#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));
	int child = fork();

	MUST(child >= 0);
	if (child == 0) {
		tcp_linger(p.ours, 1, 0);
		_exit(0);
	}
	MUST(wait(NULL) == child);
	SAY(close(p.ours));
	return 0;
}
