/* SPDX-License-Identifier: MIT */
/* connect_to_its_own_port_is_silent.c - nobody listens, and it meets itself */
#include "tcp.h"

int main(int argc, char **argv)
{
	int fd = tcp_socket(own_address(argc, argv));

	SAY(tcp_connect(fd, fd));
	SAY(write(fd, "echo", 4));
	await_bytes(fd, 4);
	SAY(tcp_drain(fd));
	return 0;
}
