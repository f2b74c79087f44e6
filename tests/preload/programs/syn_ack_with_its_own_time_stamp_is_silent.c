/* SPDX-License-Identifier: MIT */
/* syn_ack_with_its_own_time_stamp_is_silent.c - nobody can tell that it is
 * forged */
#include "forge.h"

int main(int argc, char **argv)
{
	int raw = forge_socket();
	int listener = tcp_listen(own_address(argc, argv), 1);
	int client = tcp_socket_of(name_of(listener), 0);
	struct segment forged = forge_syn_ack(raw, listener, client);

	forge_send(raw, &forged, 0);
	await_state(client, TCP_ESTABLISHED);
	tcp_vanish(client);
	return 0;
}
