/* SPDX-License-Identifier: MIT */
/* write_to_a_peer_shut_both_ways_is_reset.c - it is not closed, and reads no
 * more */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	SAY(shutdown(p.theirs, SHUT_RDWR));
	await(p.ours, POLLIN);
	SAY(write(p.ours, "late", 4));
	return 0;
}
