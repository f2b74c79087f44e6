/* SPDX-License-Identifier: MIT */
/* exit_with_an_unaccepted_connection_resets.c - exit closes the listener */
#include "tcp.h"

int main(int argc, char **argv)
{
	int listener = tcp_listen(own_address(argc, argv), 4);

	MUST(tcp_client(listener) >= 0);
	await_queue(listener, 1);
	exit(0);
}
