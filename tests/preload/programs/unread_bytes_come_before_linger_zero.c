/* SPDX-License-Identifier: MIT */
/* unread_bytes_come_before_linger_zero.c - tcp_close() asks for them first */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_linger(p.ours, 1, 0);
	tcp_deliver(p.theirs, p.ours, 11);
	SAY(close(p.ours));
	return 0;
}
