/* SPDX-License-Identifier: MIT */
/* unix_socket_closed_with_a_socket_inside_resets.c - SCM_RIGHTS that nobody
 * received */
#include "passage.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));
	struct passage passage = passage_open();

	tcp_deliver(p.theirs, p.ours, 11);
	passage_send(passage, p.ours);
	SAY(close(p.ours));
	SAY(close(passage.out));
	await(p.theirs, POLLHUP);
	return 0;
}
