/* SPDX-License-Identifier: MIT */
/* listener_shut_down_while_its_sibling_takes_over_is_silent.c - SO_REUSEPORT
 * with tcp_migrate_req=1 */
#include "tcp.h"

int main(int argc, char **argv)
{
	int one = tcp_listen_shared(own_address(argc, argv), 0);
	int client = tcp_client(one);
	int two = tcp_listen_shared(own_address(argc, argv),
				    name_of(one).v4.sin_port);

	await_queue(one, 1);
	SAY(shutdown(one, SHUT_RD));
	await_queue(two, 1);
	SAY(close(tcp_accept(two)));
	SAY(close(client));
	return 0;
}
