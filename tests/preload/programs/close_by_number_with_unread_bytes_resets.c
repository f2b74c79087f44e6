/* SPDX-License-Identifier: MIT */
/* close_by_number_with_unread_bytes_resets.c - syscall(SYS_close) is a close */
#include <sys/syscall.h>

#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_deliver(p.theirs, p.ours, 11);
	SAY(syscall(SYS_close, p.ours));
	return 0;
}
