/* SPDX-License-Identifier: MIT */
/* exit_with_a_listener_above_its_aborting_client_resets_once.c - the
 * listener is released first, and resets its client */
#include "tcp.h"

int main(int argc, char **argv)
{
	const char *address = own_address(argc, argv);
	int client = tcp_socket(address);
	int listener = tcp_listen(address, 4);

	MUST(tcp_connect(client, listener) == 0);
	await_queue(listener, 1);
	tcp_linger(client, 1, 0);
	exit(0);
}
