/* SPDX-License-Identifier: MIT */
/* write_after_a_silence_to_a_vanished_peer_is_reset.c - who says nothing for a
 * second is asked for */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_vanish(p.theirs);
	poll(NULL, 0, 1100);
	SAY(write(p.ours, "late", 4));
	return 0;
}
