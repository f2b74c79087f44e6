/* SPDX-License-Identifier: MIT */
/* syn_ack_with_a_strange_time_stamp_is_reset.c - that SYN never bore it */
#include <fcntl.h>

#include "forge.h"

int main(int argc, char **argv)
{
	int raw = forge_socket();
	int listener = tcp_listen(own_address(argc, argv), 1);
	struct address to = name_of(listener);
	int client = tcp_socket_of(to, 0);
	struct segment forged;

	tcp_deafen(listener);
	MUST(fcntl(client, F_SETFL, O_NONBLOCK) == 0);
	SAY(connect(client, &to.any, to.len));
	forged = forge_answer(forge_await(raw, to.v4.sin_port, TH_SYN));
	forged.tcp.th_flags = TH_SYN | TH_ACK;
	forged.stamp.echo = htonl(ntohl(forged.stamp.echo) + 1000000);
	forge_send(raw, &forged, 0);
	MUST(has_state(client, TCP_SYN_SENT));
	SAY(close(client));
	return 0;
}
