/* SPDX-License-Identifier: MIT */
/* connect_af_unspec_with_unsent_data_in_last_ack_resets.c - our FIN waits
 * behind the data */
#include "tcp.h"

int main(int argc, char **argv)
{
	const struct sockaddr none = {.sa_family = AF_UNSPEC};
	struct pair p = tcp_pair(own_address(argc, argv));

	MUST(tcp_fill(p.ours) > 0);
	SAY(shutdown(p.theirs, SHUT_WR));
	await_state(p.ours, TCP_CLOSE_WAIT);
	SAY(shutdown(p.ours, SHUT_WR));
	await_state(p.ours, TCP_LAST_ACK);
	SAY(connect(p.ours, &none, sizeof(none)));
	SAY(close(p.ours));
	return 0;
}
