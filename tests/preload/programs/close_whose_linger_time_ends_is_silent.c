/* SPDX-License-Identifier: MIT */
/* close_whose_linger_time_ends_is_silent.c - what is unsent stays with the
 * kernel */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	MUST(tcp_fill(p.ours) > 0);
	tcp_linger(p.ours, 1, 1);
	SAY(close(p.ours));
	do
		await(p.theirs, POLLIN);
	while (tcp_drain(p.theirs) > 0);
	return 0;
}
