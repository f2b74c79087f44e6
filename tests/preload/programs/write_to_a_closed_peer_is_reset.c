/* SPDX-License-Identifier: MIT */
/* write_to_a_closed_peer_is_reset.c - nobody can read it any more */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	SAY(close(p.theirs));
	await(p.ours, POLLIN);
	SAY(write(p.ours, "late", 4));
	return 0;
}
