/* SPDX-License-Identifier: MIT */
/* shutdown_for_reading_towards_a_vanished_peer_is_silent.c - it sends nothing
 */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_vanish(p.theirs);
	SAY(shutdown(p.ours, SHUT_RD));
	tcp_vanish(p.ours);
	return 0;
}
