/* SPDX-License-Identifier: MIT */
/* udp_connect_to_a_closed_port_is_silent.c - UDP sends nothing */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct address to = address_of(own_address(argc, argv));
	int fd = socket(to.any.sa_family, SOCK_DGRAM, 0);

	to.v4.sin_port = htons(9);
	SAY(connect(fd, &to.any, to.len));
	SAY(close(fd));
	return 0;
}
