/* SPDX-License-Identifier: MIT */
/* keepalive_to_a_vanished_peer_is_reset.c - no call sends the probe; the next
 * read tells */
#include "tcp.h"

int main(int argc, char **argv)
{
	char data[64];
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_option(p.ours, IPPROTO_TCP, TCP_KEEPIDLE, 1);
	tcp_option(p.ours, SOL_SOCKET, SO_KEEPALIVE, 1);
	tcp_vanish(p.theirs);
	await(p.ours, POLLERR);
	SAY(recv(p.ours, data, sizeof(data), 0));
	return 0;
}
