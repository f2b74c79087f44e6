/* SPDX-License-Identifier: MIT */
/* close_with_linger_seconds_is_silent.c - close waits for the peer, nothing
 * else */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_linger(p.ours, 1, 1);
	SAY(close(p.ours));
	return 0;
}
