/* SPDX-License-Identifier: MIT */
/* close_while_a_child_holds_the_socket_is_silent.c - the child reads all */
#include <sys/wait.h>

#include "tcp.h"

int main(int argc, char **argv)
{
	char data[64];
	int go[2];
	struct pair p = tcp_pair(own_address(argc, argv));
	int child;

	MUST(pipe(go) == 0);
	tcp_deliver(p.theirs, p.ours, 11);
	child = fork();
	MUST(child >= 0);
	if (child == 0) {
		MUST(read(go[0], data, 1) == 1);
		SAY(read(p.ours, data, sizeof(data)));
		SAY(close(p.ours));
		_exit(0);
	}
	SAY(close(p.ours));
	MUST(write(go[1], "g", 1) == 1);
	MUST(wait(NULL) == child);
	return 0;
}
