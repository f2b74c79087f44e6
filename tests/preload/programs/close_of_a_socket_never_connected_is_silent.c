/* SPDX-License-Identifier: MIT */
/* close_of_a_socket_never_connected_is_silent.c - nobody to tell */
#include "tcp.h"

int main(int argc, char **argv)
{
	int fd = tcp_socket(own_address(argc, argv));

	SAY(close(fd));
	return 0;
}
