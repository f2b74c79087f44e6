/* SPDX-License-Identifier: MIT */
/* exit_resets_only_the_socket_with_unread_bytes.c - the idle one gets a FIN */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));
	struct pair idle = tcp_pair(own_address(argc, argv));

	MUST(idle.ours >= 0);
	tcp_deliver(p.theirs, p.ours, 11);
	exit(0);
}
