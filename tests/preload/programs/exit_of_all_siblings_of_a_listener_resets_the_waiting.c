/* SPDX-License-Identifier: MIT */
/* exit_of_all_siblings_of_a_listener_resets_the_waiting.c - tcp_migrate_req=1,
 * but nobody is left to take over */
#include "tcp.h"

int main(int argc, char **argv)
{
	int one = tcp_listen_shared(own_address(argc, argv), 0);
	int client = tcp_client(one);
	int two = tcp_listen_shared(own_address(argc, argv),
				    name_of(one).v4.sin_port);

	await_queue(one, 1);
	MUST(dup(two) > client);
	return 0;
}
