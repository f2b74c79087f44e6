/* SPDX-License-Identifier: MIT */
/* connect_to_a_full_listener_is_silent.c - the SYN is dropped */
#include <fcntl.h>

#include "tcp.h"

int main(int argc, char **argv)
{
	int listener = tcp_listen(own_address(argc, argv), 0);
	int first = tcp_client(listener);
	int second = tcp_socket_of(name_of(listener), 0);

	await_queue(listener, 1);
	MUST(fcntl(second, F_SETFL, O_NONBLOCK) == 0);
	SAY(tcp_connect(second, listener));
	await_state(second, TCP_SYN_SENT);
	SAY(close(second));
	MUST(tcp_accept(listener) >= 0);
	SAY(close(listener));
	SAY(close(first));
	return 0;
}
