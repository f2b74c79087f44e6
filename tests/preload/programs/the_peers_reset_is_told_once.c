/* SPDX-License-Identifier: MIT */
/* the_peers_reset_is_told_once.c - whatever is called afterwards */
#include "tcp.h"

int main(int argc, char **argv)
{
	char data[64];
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_linger(p.theirs, 1, 0);
	SAY(close(p.theirs));
	await(p.ours, POLLERR);
	SAY(read(p.ours, data, sizeof(data)));
	SAY(send(p.ours, "late", 4, MSG_NOSIGNAL));
	SAY(read(p.ours, data, sizeof(data)));
	return 0;
}
