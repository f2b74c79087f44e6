/* SPDX-License-Identifier: MIT */
/* close_towards_a_closed_peer_is_silent.c - it still knows the connection */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	SAY(close(p.theirs));
	await(p.ours, POLLIN);
	SAY(close(p.ours));
	return 0;
}
