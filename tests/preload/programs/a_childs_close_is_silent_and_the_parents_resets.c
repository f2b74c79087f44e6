/* SPDX-License-Identifier: MIT */
/* a_childs_close_is_silent_and_the_parents_resets.c - the parent was last */
#include <sys/wait.h>

#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));
	int child;

	tcp_deliver(p.theirs, p.ours, 11);
	child = fork();
	MUST(child >= 0);
	if (child == 0) {
		SAY(close(p.ours));
		_exit(0);
	}
	MUST(wait(NULL) == child);
	SAY(close(p.ours));
	return 0;
}
