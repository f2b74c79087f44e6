/* SPDX-License-Identifier: MIT */
/* execve_over_duplicates_resets_each_socket_once.c - each of them is closed by
 * it */
#include <fcntl.h>

#include "tcp.h"

int main(int argc, char **argv)
{
	char *again[] = {argv[0], argv[1], (char *)"again", NULL};
	struct pair p[2];

	if (argc == 3)
		return 0;
	for (int i = 0; i < 2; i++) {
		p[i] = tcp_pair(own_address(argc, argv));
		tcp_deliver(p[i].theirs, p[i].ours, 11);
		MUST(fcntl(p[i].ours, F_SETFD, FD_CLOEXEC) == 0);
		MUST(fcntl(p[i].ours, F_DUPFD_CLOEXEC, 0) > 0);
		MUST(dup3(p[i].ours, 40 + i, O_CLOEXEC) > 0);
	}
	execve("/proc/self/exe", again, environ);
	return 98;
}
