/* SPDX-License-Identifier: MIT */
/* a_grandchilds_close_is_silent_while_the_first_holds.c - older than who
 * closes, and not its parent */
#include <sys/wait.h>

#include "tcp.h"

static int is_adopted(int parent, int unused)
{
	(void)unused;
	return getppid() != parent;
}

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));
	int done[2], child;
	char byte;

	tcp_deliver(p.theirs, p.ours, 11);
	MUST(pipe(done) == 0);
	child = fork();
	MUST(child >= 0);
	if (child == 0) {
		int parent = getpid();

		if (fork() > 0)
			_exit(0);
		MUST(await_check(is_adopted, parent, 0));
		SAY(close(p.ours));
		MUST(write(done[1], "", 1) == 1);
		_exit(0);
	}
	MUST(waitpid(child, NULL, 0) == child);
	MUST(read(done[0], &byte, 1) == 1);
	SAY(tcp_drain(p.ours));
	SAY(close(p.ours));
	return 0;
}
