/* SPDX-License-Identifier: MIT */
/* splice_of_an_empty_pipe_to_a_closed_peer_is_silent.c - nothing is sent */
#include <fcntl.h>

#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));
	int pipes[2];

	MUST(pipe(pipes) == 0);
	SAY(close(p.theirs));
	await(p.ours, POLLIN);
	SAY(splice(pipes[0], NULL, p.ours, NULL, 4, SPLICE_F_NONBLOCK));
	MUST(close(pipes[1]) == 0);
	SAY(splice(pipes[0], NULL, p.ours, NULL, 4, 0));
	return 0;
}
