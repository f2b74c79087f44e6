/* SPDX-License-Identifier: MIT */
/* close_range_over_both_ends_unread_resets_once.c - as at exit */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_deliver(p.theirs, p.ours, 11);
	tcp_deliver(p.ours, p.theirs, 7);
	SAY(close_range(3, ~0U, 0));
	return 0;
}
