/* SPDX-License-Identifier: MIT */
/* listener_closed_with_a_waiting_connection_resets.c - it was never accepted */
#include "tcp.h"

int main(int argc, char **argv)
{
	int listener = tcp_listen(own_address(argc, argv), 4);
	int client = tcp_client(listener);

	await_queue(listener, 1);
	SAY(close(listener));
	SAY(close(client));
	return 0;
}
