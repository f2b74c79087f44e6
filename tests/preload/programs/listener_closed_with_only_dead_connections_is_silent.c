/* SPDX-License-Identifier: MIT */
/* listener_closed_with_only_dead_connections_is_silent.c - the client has reset
 * its own before */
#include "tcp.h"

int main(int argc, char **argv)
{
	int listener = tcp_listen(own_address(argc, argv), 4);
	int client = tcp_client(listener);

	await_queue(listener, 1);
	tcp_linger(client, 1, 0);
	SAY(close(client));
	SAY(close(listener));
	return 0;
}
