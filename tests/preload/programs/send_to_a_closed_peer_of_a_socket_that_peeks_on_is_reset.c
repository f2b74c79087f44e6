/* SPDX-License-Identifier: MIT */
/* send_to_a_closed_peer_of_a_socket_that_peeks_on_is_reset.c - where the next
 * peek begins is the program's (SO_PEEK_OFF) */
#include "tcp.h"

static void peek(int fd)
{
	char data[4] = "";

	SAY(recv(fd, data, sizeof(data), MSG_PEEK));
	dprintf(1, "%.4s\n", data);
}

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));
	const int from = 0;
	char data[26];

	/* Before Linux 6.9 it is refused. */
	SAY(setsockopt(p.ours, SOL_SOCKET, SO_PEEK_OFF, &from, sizeof(from)));
	MUST(send(p.theirs, "abcdefghijklmnopqrstuvwxyz", 26, 0) == 26);
	await_bytes(p.ours, 26);
	peek(p.ours);
	MUST(close(p.theirs) == 0);
	await(p.ours, POLLRDHUP);
	SAY(send(p.ours, "late", 4, 0));
	await(p.ours, POLLHUP);
	peek(p.ours);
	SAY(recv(p.ours, data, sizeof(data), 0));
	SAY(close(p.ours));
	return 0;
}
