/* SPDX-License-Identifier: MIT */
/* shutdown_of_a_socket_never_connected_is_silent.c - ENOTCONN is not always a
 * reset */
#include "tcp.h"

int main(int argc, char **argv)
{
	int fd = tcp_socket(own_address(argc, argv));

	SAY(shutdown(fd, SHUT_WR));
	return 0;
}
