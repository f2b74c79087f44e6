/* SPDX-License-Identifier: MIT */
/* write_of_nothing_to_a_closed_peer_is_silent.c - no byte, no segment */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	SAY(close(p.theirs));
	await(p.ours, POLLIN);
	SAY(send(p.ours, "", 0, 0));
	return 0;
}
