/* SPDX-License-Identifier: MIT */
/* write_to_a_peer_shut_for_writing_then_reading_is_reset.c - the order does not
 * matter */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	SAY(shutdown(p.theirs, SHUT_WR));
	SAY(shutdown(p.theirs, SHUT_RD));
	await(p.ours, POLLIN);
	SAY(write(p.ours, "late", 4));
	return 0;
}
