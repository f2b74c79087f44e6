/* SPDX-License-Identifier: MIT */
/* exit_with_duplicates_resets_each_socket_once.c - with the last of its
 * descriptors */
#include "tcp.h"

int main(int argc, char **argv)
{
	for (int i = 0; i < 2; i++) {
		struct pair p = tcp_pair(own_address(argc, argv));

		tcp_deliver(p.theirs, p.ours, 11);
		MUST(dup(p.ours) >= 0);
		MUST(dup2(p.ours, 40 + i) > p.ours);
	}
	return 0;
}
