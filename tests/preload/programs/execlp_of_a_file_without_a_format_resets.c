/* SPDX-License-Identifier: MIT */
/* execlp_of_a_file_without_a_format_resets.c - libc has the shell run it */
#include "file.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));
	char path[64];

	file_make("exit 3\n", 7, path);
	MUST(fcntl(p.ours, F_SETFD, FD_CLOEXEC) == 0);
	tcp_deliver(p.theirs, p.ours, 11);
	execlp(path, "file", NULL);
	return 98;
}
