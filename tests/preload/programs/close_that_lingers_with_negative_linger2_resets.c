/* SPDX-License-Identifier: MIT */
/* close_that_lingers_with_negative_linger2_resets.c - its FIN is acknowledged
 * while it waits */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_option(p.ours, IPPROTO_TCP, TCP_LINGER2, -1);
	tcp_linger(p.ours, 1, 2);
	SAY(close(p.ours));
	return 0;
}
