/* SPDX-License-Identifier: MIT */
/* close_of_a_socket_that_the_parent_took_is_silent.c - pidfd_getfd(2) */
#include <sys/wait.h>

#include "tcp.h"

int main(int argc, char **argv)
{
	const char *address = own_address(argc, argv);
	int to_child[2], to_parent[2], child, pidfd, copy, number;
	char byte = 0;

	MUST(pipe(to_child) == 0 && pipe(to_parent) == 0);
	child = fork();
	MUST(child >= 0);
	if (child == 0) {
		struct pair p = tcp_pair(address);

		tcp_deliver(p.theirs, p.ours, 11);
		MUST(write(to_parent[1], &p.ours, sizeof(int)) == sizeof(int));
		MUST(read(to_child[0], &byte, 1) == 1);
		SAY(close(p.ours));
		MUST(write(to_parent[1], &p.ours, sizeof(int)) == sizeof(int));
		MUST(read(to_child[0], &byte, 1) == 1);
		_exit(0);
	}
	MUST(read(to_parent[0], &number, sizeof(int)) == sizeof(int));
	pidfd = (int)syscall(SYS_pidfd_open, child, 0);
	copy = (int)syscall(SYS_pidfd_getfd, pidfd, number, 0);
	MUST(copy >= 0);
	MUST(write(to_child[1], &byte, 1) == 1);
	MUST(read(to_parent[0], &number, sizeof(int)) == sizeof(int));
	SAY(tcp_drain(copy));
	SAY(close(copy));
	MUST(write(to_child[1], &byte, 1) == 1);
	MUST(waitpid(child, NULL, 0) == child);
	return 0;
}
