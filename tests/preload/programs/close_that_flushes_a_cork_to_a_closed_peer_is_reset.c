/* SPDX-License-Identifier: MIT */
/* close_that_flushes_a_cork_to_a_closed_peer_is_reset.c - the data leaves now
 */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_option(p.ours, IPPROTO_TCP, TCP_CORK, 1);
	SAY(write(p.ours, "held", 4));
	SAY(close(p.theirs));
	await(p.ours, POLLRDHUP);
	SAY(close(p.ours));
	return 0;
}
