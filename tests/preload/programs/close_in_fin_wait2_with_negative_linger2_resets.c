/* SPDX-License-Identifier: MIT */
/* close_in_fin_wait2_with_negative_linger2_resets.c - the peer's FIN is not
 * waited for */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_option(p.ours, IPPROTO_TCP, TCP_LINGER2, -1);
	SAY(shutdown(p.ours, SHUT_WR));
	await_state(p.ours, TCP_FIN_WAIT2);
	SAY(close(p.ours));
	return 0;
}
