/* SPDX-License-Identifier: MIT */
/* listener_closed_with_a_deferred_connection_is_silent.c - it waits for data */
#include "tcp.h"

int main(int argc, char **argv)
{
	int listener = tcp_listen(own_address(argc, argv), 4);
	int client;

	tcp_option(listener, IPPROTO_TCP, TCP_DEFER_ACCEPT, 1);
	client = tcp_client(listener);
	SAY(close(listener));
	MUST(client >= 0);
	tcp_vanish(client);
	return 0;
}
