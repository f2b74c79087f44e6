/* SPDX-License-Identifier: MIT */
/* close_with_linger_zero_in_fin_wait1_resets.c - our FIN is not acknowledged
 * yet */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_deafen(p.ours);
	SAY(shutdown(p.ours, SHUT_WR));
	await_state(p.ours, TCP_FIN_WAIT1);
	tcp_linger(p.ours, 1, 0);
	SAY(close(p.ours));
	return 0;
}
