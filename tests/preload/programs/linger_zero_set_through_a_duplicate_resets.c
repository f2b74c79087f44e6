/* SPDX-License-Identifier: MIT */
/* linger_zero_set_through_a_duplicate_resets.c - the option is the socket's,
 * not the number's */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));
	int again = dup(p.ours);

	MUST(again >= 0);
	tcp_linger(again, 1, 0);
	SAY(close(again));
	SAY(close(p.ours));
	return 0;
}
