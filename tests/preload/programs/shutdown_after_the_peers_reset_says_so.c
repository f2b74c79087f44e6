/* SPDX-License-Identifier: MIT */
/* shutdown_after_the_peers_reset_says_so.c - ENOTCONN, and the connection was
 * there */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_linger(p.theirs, 1, 0);
	SAY(close(p.theirs));
	await(p.ours, POLLERR);
	SAY(shutdown(p.ours, SHUT_WR));
	return 0;
}
