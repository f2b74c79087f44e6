/* SPDX-License-Identifier: MIT */
/* uncork_to_a_closed_peer_is_reset.c - the option sends what was held */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = corked_pair(own_address(argc, argv));

	tcp_option(p.ours, IPPROTO_TCP, TCP_CORK, 0);
	await(p.ours, POLLHUP);
	SAY(close(p.ours));
	return 0;
}
