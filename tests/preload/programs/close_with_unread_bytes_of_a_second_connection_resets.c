/* SPDX-License-Identifier: MIT */
/* close_with_unread_bytes_of_a_second_connection_resets.c - the first one's end
 * of file is over */
#include "tcp.h"

int main(int argc, char **argv)
{
	int listener = tcp_listen(own_address(argc, argv), 2);
	struct pair p = tcp_pair_at(listener);
	const struct sockaddr none = {.sa_family = AF_UNSPEC};
	char byte;

	tcp_linger(p.theirs, 1, 0);
	SAY(close(p.theirs));
	SAY(read(p.ours, &byte, 1));
	SAY(read(p.ours, &byte, 1));
	SAY(connect(p.ours, &none, sizeof(none)));
	SAY(tcp_connect(p.ours, listener));
	p.theirs = tcp_accept(listener);
	tcp_deliver(p.theirs, p.ours, 11);
	SAY(close(p.theirs));
	await(p.ours, POLLRDHUP);
	SAY(close(p.ours));
	return 0;
}
