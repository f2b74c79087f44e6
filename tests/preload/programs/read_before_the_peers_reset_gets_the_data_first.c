/* SPDX-License-Identifier: MIT */
/* read_before_the_peers_reset_gets_the_data_first.c - then comes the news */
#include "tcp.h"

int main(int argc, char **argv)
{
	char data[64];
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_deliver(p.theirs, p.ours, 5);
	tcp_linger(p.theirs, 1, 0);
	SAY(close(p.theirs));
	await(p.ours, POLLERR);
	SAY(read(p.ours, data, sizeof(data)));
	SAY(read(p.ours, data, sizeof(data)));
	SAY(read(p.ours, data, sizeof(data)));
	return 0;
}
