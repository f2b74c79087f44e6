/* SPDX-License-Identifier: MIT */
/* ipv6_close_with_linger_zero_resets.c - the same over IPv6 */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_linger(p.ours, 1, 0);
	SAY(close(p.ours));
	return 0;
}
