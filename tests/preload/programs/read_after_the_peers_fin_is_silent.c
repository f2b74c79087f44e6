/* SPDX-License-Identifier: MIT */
/* read_after_the_peers_fin_is_silent.c - end of file is no reset */
#include "tcp.h"

int main(int argc, char **argv)
{
	char data[64];
	struct pair p = tcp_pair(own_address(argc, argv));

	SAY(close(p.theirs));
	await(p.ours, POLLIN);
	SAY(read(p.ours, data, sizeof(data)));
	return 0;
}
