/* SPDX-License-Identifier: MIT */
/* listener_closed_with_three_waiting_connections_resets_three.c - one RST each
 */
#include "tcp.h"

int main(int argc, char **argv)
{
	int listener = tcp_listen(own_address(argc, argv), 4);

	for (int i = 0; i < 3; i++)
		MUST(tcp_client(listener) >= 0);
	await_queue(listener, 3);
	SAY(close(listener));
	return 0;
}
