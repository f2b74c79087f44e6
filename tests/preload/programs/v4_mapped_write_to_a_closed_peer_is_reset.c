/* SPDX-License-Identifier: MIT */
/* v4_mapped_write_to_a_closed_peer_is_reset.c - an IPv6 socket that speaks IPv4
 */
#include "tcp.h"

int main(int argc, char **argv)
{
	char mapped[64];
	struct pair p;

	snprintf(mapped, sizeof(mapped), "::ffff:%s", own_address(argc, argv));
	p = tcp_pair(mapped);
	SAY(close(p.theirs));
	await(p.ours, POLLIN);
	SAY(write(p.ours, "late", 4));
	return 0;
}
