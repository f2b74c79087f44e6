/* SPDX-License-Identifier: MIT */
/* listener_disconnected_resets_the_waiting.c - connect(AF_UNSPEC) ends a
 * listener */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct sockaddr none = {.sa_family = AF_UNSPEC};
	int listener = tcp_listen(own_address(argc, argv), 4);

	MUST(tcp_client(listener) >= 0);
	await_queue(listener, 1);
	SAY(connect(listener, &none, sizeof(none)));
	return 0;
}
