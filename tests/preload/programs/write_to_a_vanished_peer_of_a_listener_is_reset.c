/* SPDX-License-Identifier: MIT */
/* write_to_a_vanished_peer_of_a_listener_is_reset.c - the listener answers for
 * it */
#include "tcp.h"

int main(int argc, char **argv)
{
	int listener = tcp_listen(own_address(argc, argv), 4);
	struct pair p = tcp_pair_at(listener);

	tcp_vanish(p.theirs);
	SAY(write(p.ours, "late", 4));
	SAY(close(listener));
	return 0;
}
