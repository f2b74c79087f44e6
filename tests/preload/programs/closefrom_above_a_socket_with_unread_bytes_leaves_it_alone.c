/* SPDX-License-Identifier: MIT */
/* closefrom_above_a_socket_with_unread_bytes_leaves_it_alone.c - read
 * afterwards */
#include "tcp.h"

int main(int argc, char **argv)
{
	char data[64];
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_deliver(p.theirs, p.ours, 11);
	closefrom((p.ours > p.theirs ? p.ours : p.theirs) + 1);
	SAY(read(p.ours, data, sizeof(data)));
	SAY(close(p.ours));
	return 0;
}
