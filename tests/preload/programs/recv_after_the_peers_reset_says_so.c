/* SPDX-License-Identifier: MIT */
/* recv_after_the_peers_reset_says_so.c - the call brings the news */
#include "tcp.h"

int main(int argc, char **argv)
{
	char data[64];
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_linger(p.theirs, 1, 0);
	SAY(close(p.theirs));
	await(p.ours, POLLERR);
	SAY(recv(p.ours, data, sizeof(data), 0));
	return 0;
}
