/* SPDX-License-Identifier: MIT */
/* close_with_linger_zero_in_fin_wait2_resets.c - the peer may still send */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	SAY(shutdown(p.ours, SHUT_WR));
	await_state(p.ours, TCP_FIN_WAIT2);
	tcp_linger(p.ours, 1, 0);
	SAY(close(p.ours));
	return 0;
}
