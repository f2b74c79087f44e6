/* SPDX-License-Identifier: MIT */
/* accept4_socket_with_unread_bytes_resets.c - the accepted end this time */
#include "tcp.h"

int main(int argc, char **argv)
{
	int listener = tcp_listen(own_address(argc, argv), 1);
	int client = tcp_client(listener);
	int server;

	await(listener, POLLIN);
	server = SAY(accept4(listener, NULL, NULL, SOCK_CLOEXEC));
	tcp_deliver(client, server, 11);
	SAY(close(server));
	SAY(close(listener));
	return 0;
}
