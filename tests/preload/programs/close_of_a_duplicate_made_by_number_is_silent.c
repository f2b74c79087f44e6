/* SPDX-License-Identifier: MIT */
/* close_of_a_duplicate_made_by_number_is_silent.c - syscall(2), not fcntl(2) */
#include <fcntl.h>

#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));
	int copy = (int)syscall(SYS_fcntl, p.ours, F_DUPFD, 0);

	MUST(copy >= 0);
	tcp_deliver(p.theirs, p.ours, 11);
	SAY(close(p.ours));
	SAY(tcp_drain(copy));
	SAY(close(copy));
	return 0;
}
