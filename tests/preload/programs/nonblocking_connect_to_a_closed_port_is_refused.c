/* SPDX-License-Identifier: MIT */
/* nonblocking_connect_to_a_closed_port_is_refused.c - the refusal comes later
 */
#include <fcntl.h>

#include "tcp.h"

int main(int argc, char **argv)
{
	int listener = tcp_listen(own_address(argc, argv), 1);
	struct address gone = name_of(listener);
	int fd = tcp_socket_of(gone, 0);
	int error = 0;
	socklen_t len = sizeof(error);

	close(listener);
	MUST(fcntl(fd, F_SETFL, O_NONBLOCK) == 0);
	SAY(connect(fd, &gone.any, gone.len));
	await(fd, POLLERR);
	SAY(getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len));
	SAY(error == ECONNREFUSED);
	return 0;
}
