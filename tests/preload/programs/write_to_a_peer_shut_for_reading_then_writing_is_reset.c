/* SPDX-License-Identifier: MIT */
/* write_to_a_peer_shut_for_reading_then_writing_is_reset.c - the order does not
 * matter */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	SAY(shutdown(p.theirs, SHUT_RD));
	SAY(shutdown(p.theirs, SHUT_WR));
	await(p.ours, POLLIN);
	SAY(write(p.ours, "late", 4));
	return 0;
}
