/* SPDX-License-Identifier: MIT */
/* write_to_a_vanished_peer_is_reset.c - its host knows nothing of the
 * connection */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_vanish(p.theirs);
	SAY(write(p.ours, "late", 4));
	return 0;
}
