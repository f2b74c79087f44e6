/* SPDX-License-Identifier: MIT */
/* send_after_the_peers_reset_says_so.c - the call brings the news */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_linger(p.theirs, 1, 0);
	SAY(close(p.theirs));
	await(p.ours, POLLERR);
	SAY(send(p.ours, "late", 4, 0));
	return 0;
}
