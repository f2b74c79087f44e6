/* SPDX-License-Identifier: MIT */
/* exec_with_a_close_on_exec_socket_resets.c - execve closes it */
#include <fcntl.h>

#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p;

	if (argc == 3)
		return 0;
	p = tcp_pair(own_address(argc, argv));
	MUST(fcntl(p.ours, F_SETFD, FD_CLOEXEC) == 0);
	tcp_deliver(p.theirs, p.ours, 11);
	execl("/proc/self/exe", argv[0], argv[1], "again", NULL);
	return 98;
}
