/* SPDX-License-Identifier: MIT */
/* closefrom_over_unread_bytes_resets.c - a descriptor dies with all above */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	/* The one with unread bytes goes above the other. */
	MUST(p.theirs > p.ours);
	tcp_deliver(p.ours, p.theirs, 11);
	closefrom(p.theirs);
	SAY(close(p.ours));
	return 0;
}
