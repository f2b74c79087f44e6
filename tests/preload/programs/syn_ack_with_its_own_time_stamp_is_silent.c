/* SPDX-License-Identifier: MIT */
/* syn_ack_with_its_own_time_stamp_is_silent.c - nobody can tell that it is
 * forged */
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
	forge_send(raw, &forged, 0);
	await_state(client, TCP_ESTABLISHED);
	tcp_vanish(client);
	return 0;
}
