/* SPDX-License-Identifier: MIT */
/* listener_shut_down_for_writing_is_silent.c - a listener does not write */
#include "tcp.h"

int main(int argc, char **argv)
{
	int listener = tcp_listen(own_address(argc, argv), 4);
	int client = tcp_client(listener);

	await_queue(listener, 1);
	SAY(shutdown(listener, SHUT_WR));
	MUST(tcp_accept(listener) >= 0);
	SAY(close(client));
	return 0;
}
