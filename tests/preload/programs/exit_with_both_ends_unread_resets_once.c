/* SPDX-License-Identifier: MIT */
/* exit_with_both_ends_unread_resets_once.c - the upper descriptor is
 * released first, and its reset ends the other end */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_deliver(p.theirs, p.ours, 11);
	tcp_deliver(p.ours, p.theirs, 7);
	exit(0);
}
