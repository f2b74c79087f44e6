/* SPDX-License-Identifier: MIT */
/* exit_of_many_at_once_is_told_by_one_and_resets.c - a listener, with a
 * connection that waits, is in all of them */
#include <sys/wait.h>

#include "tcp.h"

int main(int argc, char **argv)
{
	int listener = tcp_listen(own_address(argc, argv), 4);
	int start[2], client = tcp_client(listener);
	char byte;

	await_queue(listener, 1);
	MUST(pipe(start) == 0);
	for (int i = 0; i < 6; i++) {
		if (fork() > 0)
			continue;
		close(client);
		close(start[1]);
		MUST(read(start[0], &byte, 1) == 0);
		exit(0);
	}
	close(listener);
	close(start[1]);
	while (wait(NULL) > 0)
		;
	return 0;
}
