/* SPDX-License-Identifier: MIT */
/* connect_to_a_full_listener_that_aborts_is_reset.c - two handshakes were begun
 * while there was room for one: tcp_check_req() */
#include "tcp.h"

/* Connected, but the server doesn't know yet: the last ACK waits for data. */
static int connected_slowly(int listener)
{
	int fd = tcp_socket_of(name_of(listener), 0);

	tcp_option(fd, IPPROTO_TCP, TCP_DEFER_ACCEPT, 1);
	MUST(tcp_connect(fd, listener) == 0);
	return fd;
}

int main(int argc, char **argv)
{
	int listener = tcp_listen(own_address(argc, argv), 2);
	int waiting[] = {tcp_client(listener), tcp_client(listener)};
	int third = connected_slowly(listener);
	int last = connected_slowly(listener);
	char data[16];

	tcp_option(third, IPPROTO_TCP, TCP_QUICKACK, 1);
	await_queue(listener, 3);
	tcp_option(last, IPPROTO_TCP, TCP_QUICKACK, 1);
	await(last, POLLHUP);
	SAY(read(last, data, sizeof(data)));
	for (int i = 0; i < 3; i++)
		tcp_vanish(tcp_accept(listener));
	tcp_vanish(waiting[0]);
	tcp_vanish(waiting[1]);
	tcp_vanish(third);
	return 0;
}
