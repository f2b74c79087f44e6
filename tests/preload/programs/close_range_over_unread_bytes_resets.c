/* SPDX-License-Identifier: MIT */
/* close_range_over_unread_bytes_resets.c - a descriptor dies in a range */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_deliver(p.theirs, p.ours, 11);
	SAY(close_range(p.ours, p.ours, 0));
	return 0;
}
