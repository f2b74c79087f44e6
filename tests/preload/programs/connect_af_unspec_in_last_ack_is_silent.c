/* SPDX-License-Identifier: MIT */
/* connect_af_unspec_in_last_ack_is_silent.c - both FINs are out */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));
	struct sockaddr none = {.sa_family = AF_UNSPEC};

	SAY(shutdown(p.theirs, SHUT_WR));
	await_state(p.ours, TCP_CLOSE_WAIT);
	tcp_deafen(p.ours);
	SAY(shutdown(p.ours, SHUT_WR));
	await_state(p.ours, TCP_LAST_ACK);
	SAY(connect(p.ours, &none, sizeof(none)));
	return 0;
}
