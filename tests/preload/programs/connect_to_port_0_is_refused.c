/* SPDX-License-Identifier: MIT */
/* connect_to_port_0_is_refused.c - where nobody can listen */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct address to = address_of(own_address(argc, argv));
	int fd = tcp_socket_of(to, 0);

	SAY(connect(fd, &to.any, to.len));
	SAY(close(fd));
	return 0;
}
