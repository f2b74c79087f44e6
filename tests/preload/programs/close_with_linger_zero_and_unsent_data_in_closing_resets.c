/* SPDX-License-Identifier: MIT */
/* close_with_linger_zero_and_unsent_data_in_closing_resets.c - our FIN waits
 * behind the data */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	MUST(tcp_fill(p.ours) > 0);
	SAY(shutdown(p.ours, SHUT_WR));
	await_state(p.ours, TCP_FIN_WAIT1);
	SAY(shutdown(p.theirs, SHUT_WR));
	await_state(p.ours, TCP_CLOSING);
	tcp_linger(p.ours, 1, 0);
	SAY(close(p.ours));
	return 0;
}
