/* SPDX-License-Identifier: MIT */
/* shutdown_after_both_fins_is_silent.c - ENOTCONN, and nothing was lost */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	SAY(shutdown(p.ours, SHUT_WR));
	await(p.theirs, POLLIN);
	SAY(close(p.theirs));
	await_state(p.ours, TCP_CLOSE);
	SAY(shutdown(p.ours, SHUT_RDWR));
	return 0;
}
