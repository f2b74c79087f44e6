/* SPDX-License-Identifier: MIT */
/* close_with_linger_zero_resets.c - linger 0 turns each close into an abort */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_linger(p.ours, 1, 0);
	SAY(close(p.ours));
	return 0;
}
