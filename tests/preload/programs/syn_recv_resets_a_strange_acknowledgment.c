/* SPDX-License-Identifier: MIT */
/* syn_recv_resets_a_strange_acknowledgment.c - of what was never sent */
#include "forge.h"

int main(int argc, char **argv)
{
	int raw = forge_socket();
	int listener = tcp_listen(own_address(argc, argv), 1);
	int client = tcp_client_early(listener, "early");
	struct address from = name_of(client);
	struct segment forged = forge_answer(
		forge_await(raw, from.v4.sin_port, TH_SYN | TH_ACK));
	int child = tcp_accept(listener);

	MUST(has_state(child, TCP_SYN_RECV));
	forged.tcp.th_flags = TH_ACK | TH_PUSH;
	forged.tcp.ack_seq = htonl(ntohl(forged.tcp.ack_seq) + 1000);
	forge_send(raw, &forged, 0);
	MUST(has_state(child, TCP_SYN_RECV));
	tcp_vanish(child);
	tcp_vanish(client);
	return 0;
}
