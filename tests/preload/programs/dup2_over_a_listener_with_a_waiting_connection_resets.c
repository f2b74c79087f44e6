/* SPDX-License-Identifier: MIT */
/* dup2_over_a_listener_with_a_waiting_connection_resets.c - dup2 is a close */
#include "tcp.h"

int main(int argc, char **argv)
{
	int listener = tcp_listen(own_address(argc, argv), 4);

	MUST(tcp_client(listener) >= 0);
	await_queue(listener, 1);
	SAY(dup2(1, listener));
	return 0;
}
