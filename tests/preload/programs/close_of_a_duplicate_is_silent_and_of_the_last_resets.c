/* SPDX-License-Identifier: MIT */
/* close_of_a_duplicate_is_silent_and_of_the_last_resets.c - only the last
 * reference counts */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));
	int again = dup(p.ours);

	MUST(again >= 0);
	tcp_deliver(p.theirs, p.ours, 11);
	SAY(close(p.ours));
	/* The connection lives: more bytes arrive. */
	tcp_deliver(p.theirs, again, 4);
	SAY(close(again));
	return 0;
}
