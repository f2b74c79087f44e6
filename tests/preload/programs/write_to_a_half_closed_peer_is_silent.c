/* SPDX-License-Identifier: MIT */
/* write_to_a_half_closed_peer_is_silent.c - it reads on */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	SAY(shutdown(p.theirs, SHUT_WR));
	await(p.ours, POLLIN);
	SAY(write(p.ours, "data", 4));
	await_bytes(p.theirs, 4);
	SAY(tcp_drain(p.theirs));
	return 0;
}
