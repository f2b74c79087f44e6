/* SPDX-License-Identifier: MIT */
/* close_with_linger_zero_in_close_wait_resets.c - the peer has closed before */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	SAY(close(p.theirs));
	await_state(p.ours, TCP_CLOSE_WAIT);
	tcp_linger(p.ours, 1, 0);
	SAY(close(p.ours));
	return 0;
}
