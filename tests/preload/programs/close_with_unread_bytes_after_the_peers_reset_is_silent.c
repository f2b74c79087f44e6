/* SPDX-License-Identifier: MIT */
/* close_with_unread_bytes_after_the_peers_reset_is_silent.c - SIOCINQ says 5,
 * and the state is CLOSE */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_deliver(p.theirs, p.ours, 5);
	tcp_linger(p.theirs, 1, 0);
	SAY(close(p.theirs));
	await(p.ours, POLLHUP);
	SAY(has_bytes(p.ours, 5));
	SAY(close(p.ours));
	return 0;
}
