/* SPDX-License-Identifier: MIT */
/* kept_alive_connection_to_a_silent_peer_is_reset.c - tcp_keepalive_timer()
 * gives up; one probe is all that the packets show */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));
	struct pollfd gone = {.fd = p.ours, .events = POLLIN};
	char data[16];

	tcp_deafen(p.theirs);
	tcp_option(p.ours, IPPROTO_TCP, TCP_KEEPIDLE, 1);
	tcp_option(p.ours, IPPROTO_TCP, TCP_KEEPINTVL, 1);
	tcp_option(p.ours, IPPROTO_TCP, TCP_KEEPCNT, 1);
	tcp_option(p.ours, SOL_SOCKET, SO_KEEPALIVE, 1);
	MUST(poll(&gone, 1, 5000) == 1);
	SAY(read(p.ours, data, sizeof(data)));
	tcp_vanish(p.theirs);
	return 0;
}
