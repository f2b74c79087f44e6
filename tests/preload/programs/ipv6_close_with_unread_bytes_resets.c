/* SPDX-License-Identifier: MIT */
/* ipv6_close_with_unread_bytes_resets.c - the same over IPv6 */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_deliver(p.theirs, p.ours, 11);
	SAY(close(p.ours));
	return 0;
}
