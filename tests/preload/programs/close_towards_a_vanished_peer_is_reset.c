/* SPDX-License-Identifier: MIT */
/* close_towards_a_vanished_peer_is_reset.c - our FIN reaches nobody */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_vanish(p.theirs);
	SAY(close(p.ours));
	return 0;
}
