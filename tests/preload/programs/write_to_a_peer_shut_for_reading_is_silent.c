/* SPDX-License-Identifier: MIT */
/* write_to_a_peer_shut_for_reading_is_silent.c - its kernel takes the data all
 * the same */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	SAY(shutdown(p.theirs, SHUT_RD));
	SAY(write(p.ours, "data", 4));
	await_bytes(p.theirs, 4);
	SAY(tcp_drain(p.theirs));
	return 0;
}
