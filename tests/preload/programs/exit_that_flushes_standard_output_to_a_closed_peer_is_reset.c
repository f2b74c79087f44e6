/* SPDX-License-Identifier: MIT */
/* exit_that_flushes_standard_output_to_a_closed_peer_is_reset.c - as under
 * inetd: the connection is 0 and 1, and the client has gone */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	SAY(p.ours > 2);
	MUST(dup2(p.ours, 0) == 0);
	MUST(dup2(p.ours, 1) == 1);
	MUST(close(p.ours) == 0);
	tcp_deliver(p.theirs, 0, 11);
	MUST(close(p.theirs) == 0);
	await(0, POLLRDHUP);
	printf("hello\n");
	return 0;
}
