/* SPDX-License-Identifier: MIT */
/* write_to_a_peer_whose_child_reads_on_is_silent.c - one of two holders has
 * closed */
#include <sys/wait.h>

#include "tcp.h"

int main(int argc, char **argv)
{
	char data[64];
	int go[2];
	struct pair p = tcp_pair(own_address(argc, argv));
	int child;

	MUST(pipe(go) == 0);
	child = fork();
	MUST(child >= 0);
	if (child == 0) {
		MUST(read(go[0], data, 1) == 1);
		await_bytes(p.theirs, 4);
		SAY(read(p.theirs, data, sizeof(data)));
		_exit(0);
	}
	SAY(close(p.theirs));
	SAY(write(p.ours, "data", 4));
	MUST(write(go[1], "g", 1) == 1);
	MUST(wait(NULL) == child);
	return 0;
}
