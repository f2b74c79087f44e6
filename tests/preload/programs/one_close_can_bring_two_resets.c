/* SPDX-License-Identifier: MIT */
/* one_close_can_bring_two_resets.c - the first lies beyond what the peer knows
 */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_deafen(p.theirs);
	MUST(send(p.ours, "lost", 4, 0) == 4);
	tcp_undeafen(p.theirs);
	tcp_deliver(p.theirs, p.ours, 5);
	SAY(close(p.ours));
	await(p.theirs, POLLHUP);
	return 0;
}
