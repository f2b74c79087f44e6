/* SPDX-License-Identifier: MIT */
/* linger_zero_without_close_is_silent.c - setting it does nothing yet */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_linger(p.ours, 1, 0);
	SAY(shutdown(p.ours, SHUT_WR));
	await(p.theirs, POLLIN);
	SAY(close(p.theirs));
	await_state(p.ours, TCP_CLOSE);
	SAY(close(p.ours));
	return 0;
}
