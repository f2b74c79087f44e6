/* SPDX-License-Identifier: MIT */
/* read_of_a_few_bytes_from_a_vanished_peer_is_silent.c - no window update is
 * due */
#include "tcp.h"

int main(int argc, char **argv)
{
	char data[64];
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_deliver(p.theirs, p.ours, 11);
	tcp_vanish(p.theirs);
	SAY(recv(p.ours, data, sizeof(data), 0));
	tcp_vanish(p.ours);
	return 0;
}
