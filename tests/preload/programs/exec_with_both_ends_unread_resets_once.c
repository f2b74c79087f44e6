/* SPDX-License-Identifier: MIT */
/* exec_with_both_ends_unread_resets_once.c - as at exit */
#include <fcntl.h>

#include "tcp.h"

int main(int argc, char **argv)
{
	char *again[] = {argv[0], argv[1], (char *)"again", NULL};
	struct pair p;

	if (argc == 3)
		return 0;
	p = tcp_pair(own_address(argc, argv));
	tcp_deliver(p.theirs, p.ours, 11);
	tcp_deliver(p.ours, p.theirs, 7);
	MUST(fcntl(p.ours, F_SETFD, FD_CLOEXEC) == 0);
	MUST(fcntl(p.theirs, F_SETFD, FD_CLOEXEC) == 0);
	execv("/proc/self/exe", again);
	return 98;
}
