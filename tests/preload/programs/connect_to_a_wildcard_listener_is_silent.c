/* SPDX-License-Identifier: MIT */
/* connect_to_a_wildcard_listener_is_silent.c - it listens on every address */
#include "tcp.h"

int main(int argc, char **argv)
{
	int listener = tcp_listen("0.0.0.0", 1);
	struct address to = address_of(own_address(argc, argv));
	int fd = tcp_socket(own_address(argc, argv));

	to.v4.sin_port = name_of(listener).v4.sin_port;
	SAY(connect(fd, &to.any, to.len));
	MUST(tcp_accept(listener) >= 0);
	return 0;
}
