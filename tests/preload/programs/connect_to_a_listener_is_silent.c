/* SPDX-License-Identifier: MIT */
/* connect_to_a_listener_is_silent.c - it is accepted */
#include "tcp.h"

int main(int argc, char **argv)
{
	int listener = tcp_listen(own_address(argc, argv), 1);
	int fd = tcp_socket_of(name_of(listener), 0);

	SAY(tcp_connect(fd, listener));
	MUST(tcp_accept(listener) >= 0);
	return 0;
}
