/* SPDX-License-Identifier: MIT */
/* shutdown_and_close_of_a_connection_to_itself_are_silent.c - both ends are one
 */
#include "tcp.h"

int main(int argc, char **argv)
{
	int fd = tcp_socket(own_address(argc, argv));

	SAY(tcp_connect(fd, fd));
	tcp_deliver(fd, fd, 11);
	SAY(tcp_drain(fd));
	SAY(shutdown(fd, SHUT_WR));
	SAY(close(fd));
	return 0;
}
