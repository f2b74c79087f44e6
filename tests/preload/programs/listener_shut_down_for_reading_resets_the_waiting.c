/* SPDX-License-Identifier: MIT */
/* listener_shut_down_for_reading_resets_the_waiting.c - shutdown(SHUT_RD) ends
 * a listener */
#include "tcp.h"

int main(int argc, char **argv)
{
	int listener = tcp_listen(own_address(argc, argv), 4);

	MUST(tcp_client(listener) >= 0);
	await_queue(listener, 1);
	SAY(shutdown(listener, SHUT_RD));
	return 0;
}
