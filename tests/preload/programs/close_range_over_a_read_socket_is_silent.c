/* SPDX-License-Identifier: MIT */
/* close_range_over_a_read_socket_is_silent.c - nothing unread in the range */
#include "tcp.h"

int main(int argc, char **argv)
{
	char data[64];
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_deliver(p.theirs, p.ours, 11);
	SAY(recv(p.ours, data, sizeof(data), 0));
	SAY(close_range(p.ours, p.ours, 0));
	return 0;
}
