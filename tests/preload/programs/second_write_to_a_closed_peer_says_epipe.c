/* SPDX-License-Identifier: MIT */
/* second_write_to_a_closed_peer_says_epipe.c - the first one brought the reset
 */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	SAY(close(p.theirs));
	await(p.ours, POLLIN);
	SAY(send(p.ours, "late", 4, MSG_NOSIGNAL));
	await(p.ours, POLLERR);
	SAY(send(p.ours, "more", 4, MSG_NOSIGNAL));
	return 0;
}
