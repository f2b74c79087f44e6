/* SPDX-License-Identifier: MIT */
/* close_of_a_pipe_with_unread_bytes_is_silent.c - no socket, no reset */
#include "tcp.h"

int main(int argc, char **argv)
{
	int pipefd[2];

	MUST(*own_address(argc, argv) && pipe(pipefd) == 0);
	MUST(write(pipefd[1], "data", 4) == 4);
	SAY(close(pipefd[0]));
	return 0;
}
