/* SPDX-License-Identifier: MIT */
/* execv_of_an_unknown_magic_number_is_silent.c - binfmt_misc might know it */
#include "file.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));
	char path[64];

	file_make("\1odd", 4, path);
	MUST(fcntl(p.ours, F_SETFD, FD_CLOEXEC) == 0);
	tcp_deliver(p.theirs, p.ours, 11);
	argv[0] = path;
	if (execv(path, argv) == 0)
		return 98;
	MUST(errno == ENOEXEC);
	SAY(tcp_drain(p.ours));
	SAY(close(p.ours));
	return 0;
}
