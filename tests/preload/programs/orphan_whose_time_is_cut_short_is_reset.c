/* SPDX-License-Identifier: MIT */
/* orphan_whose_time_is_cut_short_is_reset.c - by its timer:
 * net.ipv4.tcp_fin_timeout was lowered meanwhile */
#include <fcntl.h>

#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));
	int timeout = open("/proc/sys/net/ipv4/tcp_fin_timeout", O_WRONLY);

	MUST(timeout >= 0);
	SAY(shutdown(p.ours, SHUT_WR));
	await_state(p.ours, TCP_FIN_WAIT2);
	SAY(close(p.ours));
	MUST(write(timeout, "1", 1) == 1);
	await(p.theirs, POLLHUP);
	return 0;
}
