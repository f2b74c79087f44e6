/* SPDX-License-Identifier: MIT */
/* close_while_the_peers_data_is_in_flight_resets.c - it arrives after the close
 */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_deafen(p.ours);
	MUST(send(p.theirs, "data", 4, 0) == 4);
	tcp_undeafen(p.ours);
	SAY(close(p.ours));
	/* The peer sends it again 200 ms later. */
	await(p.theirs, POLLHUP);
	return 0;
}
