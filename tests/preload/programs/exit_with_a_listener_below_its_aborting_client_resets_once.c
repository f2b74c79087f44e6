/* SPDX-License-Identifier: MIT */
/* exit_with_a_listener_below_its_aborting_client_resets_once.c - the client
 * is released first, and what waits is dead then */
#include "tcp.h"

int main(int argc, char **argv)
{
	int listener = tcp_listen(own_address(argc, argv), 4);
	int client = tcp_client(listener);

	await_queue(listener, 1);
	tcp_linger(client, 1, 0);
	exit(0);
}
