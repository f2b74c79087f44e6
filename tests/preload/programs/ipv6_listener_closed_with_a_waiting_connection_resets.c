/* SPDX-License-Identifier: MIT */
/* ipv6_listener_closed_with_a_waiting_connection_resets.c - the same over IPv6
 */
#include "tcp.h"

int main(int argc, char **argv)
{
	int listener = tcp_listen(own_address(argc, argv), 4);

	MUST(tcp_client(listener) >= 0);
	await_queue(listener, 1);
	SAY(close(listener));
	return 0;
}
