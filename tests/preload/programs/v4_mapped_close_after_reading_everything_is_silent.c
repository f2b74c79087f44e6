/* SPDX-License-Identifier: MIT */
/* v4_mapped_close_after_reading_everything_is_silent.c - an IPv6 socket that
 * speaks IPv4 */
#include "tcp.h"

int main(int argc, char **argv)
{
	char mapped[64];
	char data[64];
	struct pair p;

	snprintf(mapped, sizeof(mapped), "::ffff:%s", own_address(argc, argv));
	p = tcp_pair(mapped);
	tcp_deliver(p.theirs, p.ours, 11);
	SAY(read(p.ours, data, sizeof(data)));
	SAY(close(p.ours));
	return 0;
}
