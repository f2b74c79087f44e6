/* SPDX-License-Identifier: MIT */
/* execve_over_a_duplicate_that_stays_is_silent.c - one of two is close-on-exec:
 * the first or the second */
#include <fcntl.h>

#include "tcp.h"

static int new_program(void)
{
	char data[64];

	for (int fd = 40; fd < 42; fd++) {
		SAY(read(fd, data, sizeof(data)));
		SAY(close(fd));
	}
	return 0;
}

int main(int argc, char **argv)
{
	char *again[] = {argv[0], argv[1], (char *)"again", NULL};
	struct pair p[2];

	if (argc == 3)
		return new_program();
	for (int i = 0; i < 2; i++) {
		p[i] = tcp_pair(own_address(argc, argv));
		tcp_deliver(p[i].theirs, p[i].ours, 11);
	}
	MUST(dup2(p[0].ours, 40) == 40);
	MUST(fcntl(p[0].ours, F_SETFD, FD_CLOEXEC) == 0);
	MUST(dup2(p[1].ours, 41) == 41);
	MUST(close(p[1].ours) == 0);
	MUST(fcntl(41, F_DUPFD_CLOEXEC, 50) == 50);
	execve("/proc/self/exe", again, environ);
	return 98;
}
