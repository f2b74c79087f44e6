/* SPDX-License-Identifier: MIT */
/* close_towards_a_forgotten_peer_is_reset.c - it closed longer ago than it
 * keeps state */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_option(p.theirs, IPPROTO_TCP, TCP_LINGER2, 1);
	tcp_forget(p.theirs);
	SAY(close(p.ours));
	return 0;
}
