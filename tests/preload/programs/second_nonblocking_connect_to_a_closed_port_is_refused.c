/* SPDX-License-Identifier: MIT */
/* second_nonblocking_connect_to_a_closed_port_is_refused.c - of one socket */
#include <fcntl.h>

#include "tcp.h"

int main(int argc, char **argv)
{
	int bound = tcp_socket(own_address(argc, argv));
	struct address to = name_of(bound);
	int taken = tcp_socket_of(to, 0);
	struct address own = name_of(taken);
	int fd = socket(to.any.sa_family, SOCK_STREAM, 0);
	char byte;

	/* A port that was asked for is kept for the second time. */
	MUST(close(taken) == 0 && bind(fd, &own.any, own.len) == 0);
	MUST(fcntl(fd, F_SETFL, O_NONBLOCK) == 0);
	for (int i = 0; i < 2; i++) {
		SAY(connect(fd, &to.any, to.len));
		await(fd, POLLERR);
		SAY(read(fd, &byte, 1));
		/* That one was over: this takes what is left of it. */
		SAY(connect(fd, &to.any, to.len));
	}
	return 0;
}
