/* SPDX-License-Identifier: MIT */
/* close_with_linger_zero_in_last_ack_is_silent.c - both FINs are out */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	SAY(shutdown(p.theirs, SHUT_WR));
	await_state(p.ours, TCP_CLOSE_WAIT);
	tcp_deafen(p.ours);
	SAY(shutdown(p.ours, SHUT_WR));
	await_state(p.ours, TCP_LAST_ACK);
	tcp_linger(p.ours, 1, 0);
	SAY(close(p.ours));
	return 0;
}
