/* SPDX-License-Identifier: MIT */
/* close_with_unread_bytes_after_the_peers_fin_resets.c - the FIN is no byte */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_deliver(p.theirs, p.ours, 4);
	SAY(shutdown(p.theirs, SHUT_WR));
	await_state(p.ours, TCP_CLOSE_WAIT);
	SAY(close(p.ours));
	return 0;
}
