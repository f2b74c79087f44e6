/* SPDX-License-Identifier: MIT */
/* shutdown_of_a_deferred_connect_is_silent.c - in SYN_SENT it leaves ECONNRESET
 * behind, and no segment was there */
#include "tcp.h"

int main(int argc, char **argv)
{
	int listener = tcp_listen(own_address(argc, argv), 1);
	struct address to = name_of(listener);
	int fd = tcp_socket_of(to, 0);
	char byte;

	tcp_option(fd, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, 1);
	SAY(connect(fd, &to.any, to.len));
	SAY(shutdown(fd, SHUT_RD));
	SAY(read(fd, &byte, 1));
	SAY(close(fd));
	return 0;
}
