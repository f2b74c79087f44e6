/* SPDX-License-Identifier: MIT */
/* first_write_after_a_deferred_connect_is_refused.c - the listener was there
 * when connect() was called */
#include "tcp.h"

int main(int argc, char **argv)
{
	int listener = tcp_listen(own_address(argc, argv), 1);
	struct address to = name_of(listener);
	int fd = tcp_socket_of(to, 0);

	tcp_option(fd, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, 1);
	SAY(connect(fd, &to.any, to.len));
	SAY(close(listener));
	SAY(write(fd, "early", 5));
	SAY(close(fd));
	return 0;
}
