/* SPDX-License-Identifier: MIT */
/* forged_syn_in_an_established_connection_is_silent.c - a challenge answers it
 */
#include "forge.h"

int main(int argc, char **argv)
{
	int raw = forge_socket();
	int listener = tcp_listen(own_address(argc, argv), 1);
	struct pair p = tcp_pair_at(listener);
	in_port_t from = name_of(p.ours).v4.sin_port;
	struct segment forged =
		forge_answer(forge_await(raw, from, TH_SYN | TH_ACK));

	forged.tcp.th_flags = TH_SYN;
	forged.tcp.seq = htonl(ntohl(forged.tcp.seq) + 100);
	forge_send(raw, &forged, 0);
	forge_await(raw, from, TH_ACK);
	tcp_deliver(p.ours, p.theirs, 11);
	SAY(tcp_drain(p.theirs));
	SAY(close(p.ours));
	SAY(close(p.theirs));
	return 0;
}
