/* SPDX-License-Identifier: MIT */
/* deferred_connect_to_a_closed_port_is_likely_refused.c - the SYN waits for
 * the first data, and is foretold once */
#include "tcp.h"

int main(int argc, char **argv)
{
	int listener = tcp_listen(own_address(argc, argv), 1);
	struct address gone = name_of(listener);
	int fd = tcp_socket_of(gone, 0);

	close(listener);
	tcp_option(fd, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, 1);
	SAY(connect(fd, &gone.any, gone.len));
	SAY(write(fd, "early", 5));
	SAY(close(fd));
	return 0;
}
