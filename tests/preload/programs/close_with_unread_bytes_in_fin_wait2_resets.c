/* SPDX-License-Identifier: MIT */
/* close_with_unread_bytes_in_fin_wait2_resets.c - half closed, then unread */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	SAY(shutdown(p.ours, SHUT_WR));
	await_state(p.ours, TCP_FIN_WAIT2);
	tcp_deliver(p.theirs, p.ours, 6);
	SAY(close(p.ours));
	return 0;
}
