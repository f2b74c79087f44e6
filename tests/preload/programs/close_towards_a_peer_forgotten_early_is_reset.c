/* SPDX-License-Identifier: MIT */
/* close_towards_a_peer_forgotten_early_is_reset.c - the machine has a short
 * tcp_fin_timeout */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_forget(p.theirs);
	SAY(close(p.ours));
	return 0;
}
