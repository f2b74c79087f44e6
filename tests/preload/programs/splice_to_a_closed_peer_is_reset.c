/* SPDX-License-Identifier: MIT */
/* splice_to_a_closed_peer_is_reset.c - nobody can read it any more */
#include <fcntl.h>

#include "tcp.h"

int main(int argc, char **argv)
{
	int pipefd[2];
	struct pair p = tcp_pair(own_address(argc, argv));

	MUST(pipe(pipefd) == 0 && write(pipefd[1], "late", 4) == 4);
	SAY(close(p.theirs));
	await(p.ours, POLLIN);
	SAY(splice(pipefd[0], NULL, p.ours, NULL, 4, 0));
	return 0;
}
