/* SPDX-License-Identifier: MIT */
/* listener_closed_beside_its_sibling_resets_the_waiting.c - SO_REUSEPORT
 * without tcp_migrate_req */
#include "tcp.h"

int main(int argc, char **argv)
{
	int one = tcp_listen_shared(own_address(argc, argv), 0);
	int client = tcp_client(one);
	int two = tcp_listen_shared(own_address(argc, argv),
				    name_of(one).v4.sin_port);

	await_queue(one, 1);
	SAY(close(one));
	SAY(close(two));
	SAY(close(client));
	return 0;
}
