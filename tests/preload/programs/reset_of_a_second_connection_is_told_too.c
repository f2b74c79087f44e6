/* SPDX-License-Identifier: MIT */
/* reset_of_a_second_connection_is_told_too.c - each once */
#include "tcp.h"

int main(int argc, char **argv)
{
	int listener = tcp_listen(own_address(argc, argv), 2);
	struct pair p = tcp_pair_at(listener);
	const struct sockaddr none = {.sa_family = AF_UNSPEC};
	char byte;

	for (int i = 0; i < 2; i++) {
		tcp_linger(p.theirs, 1, 0);
		SAY(close(p.theirs));
		SAY(read(p.ours, &byte, 1));
		SAY(connect(p.ours, &none, sizeof(none)));
		SAY(tcp_connect(p.ours, listener));
		p.theirs = tcp_accept(listener);
	}
	return 0;
}
