/* SPDX-License-Identifier: MIT */
/* close_beside_a_child_that_shares_the_table_resets.c - CLONE_FILES: there is
 * one descriptor, although two processes have it */
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>

#include "tcp.h"

static int wait_for_ever(void *unused)
{
	(void)unused;
	pause();
	return 0;
}

int main(int argc, char **argv)
{
	static char stack[65536] __attribute__((aligned(16)));
	struct pair p = tcp_pair(own_address(argc, argv));
	pid_t child = clone(wait_for_ever, stack + sizeof(stack),
			    CLONE_FILES | SIGCHLD, NULL);

	MUST(child > 0);
	tcp_deliver(p.theirs, p.ours, 11);
	SAY(close(p.ours));
	kill(child, SIGKILL);
	MUST(waitpid(child, NULL, 0) == child);
	return 0;
}
