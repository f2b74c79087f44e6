/* SPDX-License-Identifier: MIT */
/* cork_put_in_again_sends_nothing_but_close_resets.c - nor does TCP_NODELAY's 0
 */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = corked_pair(own_address(argc, argv));

	tcp_option(p.ours, IPPROTO_TCP, TCP_CORK, 1);
	tcp_option(p.ours, IPPROTO_TCP, TCP_NODELAY, 0);
	SAY(close(p.ours));
	return 0;
}
