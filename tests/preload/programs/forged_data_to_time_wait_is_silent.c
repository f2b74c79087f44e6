/* SPDX-License-Identifier: MIT */
/* forged_data_to_time_wait_is_silent.c - an acknowledgment answers it */
#include "forge.h"

int main(int argc, char **argv)
{
	int raw = forge_socket();
	int listener = tcp_listen(own_address(argc, argv), 1);
	struct pair p = tcp_pair_at(listener);
	in_port_t from = name_of(p.ours).v4.sin_port;
	in_port_t to = name_of(listener).v4.sin_port;
	struct segment forged;

	SAY(close(p.ours));
	await(p.theirs, POLLRDHUP);
	SAY(close(p.theirs));
	forged = forge_await(raw, from, TH_FIN | TH_ACK);
	/* The last of the connection: whoever sent it is in TIME_WAIT. */
	forge_await(raw, to, TH_ACK);
	/* Data behind the FIN of its peer; which has forgotten it already, and
	 * so must not hear of the answer. */
	tcp_deafen(listener);
	forged.tcp.th_flags = TH_ACK;
	forged.tcp.seq = htonl(ntohl(forged.tcp.seq) + 1);
	forge_send(raw, &forged, 4);
	forge_await(raw, to, TH_ACK);
	return 0;
}
