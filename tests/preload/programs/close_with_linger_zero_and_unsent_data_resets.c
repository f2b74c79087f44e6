/* SPDX-License-Identifier: MIT */
/* close_with_linger_zero_and_unsent_data_resets.c - what was written is lost
 * too */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	MUST(tcp_fill(p.ours) > 0);
	tcp_linger(p.ours, 1, 0);
	SAY(close(p.ours));
	return 0;
}
