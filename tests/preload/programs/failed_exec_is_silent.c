/* SPDX-License-Identifier: MIT */
/* failed_exec_is_silent.c - nothing was closed */
#include <fcntl.h>

#include "tcp.h"

int main(int argc, char **argv)
{
	char data[64];
	struct pair p = tcp_pair(own_address(argc, argv));

	MUST(fcntl(p.ours, F_SETFD, FD_CLOEXEC) == 0);
	tcp_deliver(p.theirs, p.ours, 11);
	SAY(execl("/nowhere", "nowhere", NULL));
	SAY(read(p.ours, data, sizeof(data)));
	SAY(close(p.ours));
	return 0;
}
