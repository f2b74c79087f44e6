/* SPDX-License-Identifier: MIT */
/* close_of_a_connection_to_itself_with_unread_bytes_resets.c - both ends are
 * one */
#include "tcp.h"

int main(int argc, char **argv)
{
	int fd = tcp_socket(own_address(argc, argv));

	SAY(tcp_connect(fd, fd));
	tcp_deliver(fd, fd, 11);
	SAY(close(fd));
	return 0;
}
