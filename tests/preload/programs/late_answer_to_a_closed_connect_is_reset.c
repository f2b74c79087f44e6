/* SPDX-License-Identifier: MIT */
/* late_answer_to_a_closed_connect_is_reset.c - the socket that asked is gone */
#include <fcntl.h>

#include "tcp.h"

int main(int argc, char **argv)
{
	int listener = tcp_listen(own_address(argc, argv), 4);
	int fd = tcp_socket_of(name_of(listener), 0);

	MUST(fcntl(fd, F_SETFL, O_NONBLOCK) == 0);
	tcp_deafen(fd);
	SAY(tcp_connect(fd, listener));
	await_state(fd, TCP_SYN_SENT);
	SAY(close(fd));
	/* The listener answers again after a second, and is told. */
	MUST(poll(&(struct pollfd){.fd = listener, .events = POLLIN}, 1,
		  1200) == 0);
	SAY(close(listener));
	return 0;
}
