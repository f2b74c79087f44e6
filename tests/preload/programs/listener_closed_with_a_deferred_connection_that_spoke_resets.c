/* SPDX-License-Identifier: MIT */
/* listener_closed_with_a_deferred_connection_that_spoke_resets.c - its data has
 * come */
#include "tcp.h"

int main(int argc, char **argv)
{
	int listener = tcp_listen(own_address(argc, argv), 4);
	int client;

	tcp_option(listener, IPPROTO_TCP, TCP_DEFER_ACCEPT, 1);
	client = tcp_client(listener);
	MUST(write(client, "hello", 5) == 5);
	await_queue(listener, 1);
	SAY(close(listener));
	return 0;
}
