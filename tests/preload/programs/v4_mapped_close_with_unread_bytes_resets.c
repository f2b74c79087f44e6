/* SPDX-License-Identifier: MIT */
/* v4_mapped_close_with_unread_bytes_resets.c - an IPv6 socket that speaks IPv4
 */
#include "tcp.h"

int main(int argc, char **argv)
{
	char mapped[64];
	struct pair p;

	snprintf(mapped, sizeof(mapped), "::ffff:%s", own_address(argc, argv));
	p = tcp_pair(mapped);
	tcp_deliver(p.theirs, p.ours, 11);
	SAY(close(p.ours));
	return 0;
}
