/* SPDX-License-Identifier: MIT */
/* close_in_tcp_repair_is_silent.c - the connection moves elsewhere */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_deliver(p.theirs, p.ours, 5);
	tcp_linger(p.ours, 1, 0);
	tcp_option(p.ours, IPPROTO_TCP, TCP_REPAIR, 1);
	SAY(close(p.ours));
	/* The peer's own FIN would reach nobody: it must not be sent. */
	tcp_vanish(p.theirs);
	return 0;
}
