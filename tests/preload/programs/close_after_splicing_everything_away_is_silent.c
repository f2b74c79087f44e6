/* SPDX-License-Identifier: MIT */
/* close_after_splicing_everything_away_is_silent.c - a pipe takes the bytes */
#include <fcntl.h>

#include "tcp.h"

int main(int argc, char **argv)
{
	int pipefd[2];
	struct pair p = tcp_pair(own_address(argc, argv));

	MUST(pipe(pipefd) == 0);
	tcp_deliver(p.theirs, p.ours, 11);
	SAY(splice(p.ours, NULL, pipefd[1], NULL, 64, 0));
	SAY(close(p.ours));
	return 0;
}
