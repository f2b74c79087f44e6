/* SPDX-License-Identifier: MIT */
/* syn_ack_with_a_strange_time_stamp_is_reset.c - that SYN never bore it */
#include "forge.h"

int main(int argc, char **argv)
{
	int raw = forge_socket();
	int listener = tcp_listen(own_address(argc, argv), 1);
	int client = tcp_socket_of(name_of(listener), 0);
	struct segment forged = forge_syn_ack(raw, listener, client);

	forged.stamp.echo = htonl(ntohl(forged.stamp.echo) + 1000000);
	forge_send(raw, &forged, 0);
	MUST(has_state(client, TCP_SYN_SENT));
	SAY(close(client));
	return 0;
}
