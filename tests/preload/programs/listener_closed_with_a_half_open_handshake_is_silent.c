/* SPDX-License-Identifier: MIT */
/* listener_closed_with_a_half_open_handshake_is_silent.c - a request is not a
 * connection yet */
#include "tcp.h"

int main(int argc, char **argv)
{
	int listener = tcp_listen(own_address(argc, argv), 4);
	int client;

	tcp_drop_third_ack(listener);
	client = tcp_client(listener);
	SAY(close(listener));
	/* Whatever it sent would find nobody. */
	tcp_vanish(client);
	return 0;
}
