/* SPDX-License-Identifier: MIT */
/* shutdown_for_reading_alone_is_silent.c - the peer is not told */
#include "tcp.h"

int main(int argc, char **argv)
{
	char data[64];
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_deliver(p.theirs, p.ours, 11);
	SAY(shutdown(p.ours, SHUT_RD));
	SAY(recv(p.ours, data, sizeof(data), 0));
	SAY(close(p.ours));
	return 0;
}
