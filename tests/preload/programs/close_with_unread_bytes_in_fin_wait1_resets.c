/* SPDX-License-Identifier: MIT */
/* close_with_unread_bytes_in_fin_wait1_resets.c - our FIN is not acknowledged
 * yet */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_deliver(p.theirs, p.ours, 5);
	tcp_deafen(p.ours);
	SAY(shutdown(p.ours, SHUT_WR));
	await_state(p.ours, TCP_FIN_WAIT1);
	SAY(close(p.ours));
	return 0;
}
