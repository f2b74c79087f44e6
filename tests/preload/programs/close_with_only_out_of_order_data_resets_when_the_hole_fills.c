/* SPDX-License-Identifier: MIT */
/* close_with_only_out_of_order_data_resets_when_the_hole_fills.c - SIOCINQ says
 * 0, and it is not data yet */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_deafen(p.ours);
	MUST(send(p.theirs, "hole", 4, 0) == 4);
	tcp_undeafen(p.ours);
	MUST(send(p.theirs, "after", 5, 0) == 5);
	SAY(has_bytes(p.ours, 1));
	SAY(close(p.ours));
	/* The peer sends the missing bytes again 200 ms later. */
	await(p.theirs, POLLHUP);
	return 0;
}
