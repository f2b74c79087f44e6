/* SPDX-License-Identifier: MIT */
/* exit_by_number_with_unread_bytes_resets.c - one thread ends, and there is no
 * other */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_deliver(p.theirs, p.ours, 11);
	syscall(SYS_exit, 3);
	return 0;
}
