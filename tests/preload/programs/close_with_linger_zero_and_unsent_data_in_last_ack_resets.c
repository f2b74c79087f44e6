/* SPDX-License-Identifier: MIT */
/* close_with_linger_zero_and_unsent_data_in_last_ack_resets.c - the FIN waits
 * behind the data */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	MUST(tcp_fill(p.ours) > 0);
	SAY(shutdown(p.theirs, SHUT_WR));
	await_state(p.ours, TCP_CLOSE_WAIT);
	SAY(shutdown(p.ours, SHUT_WR));
	await_state(p.ours, TCP_LAST_ACK);
	tcp_linger(p.ours, 1, 0);
	SAY(close(p.ours));
	return 0;
}
