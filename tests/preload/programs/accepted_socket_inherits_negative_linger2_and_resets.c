/* SPDX-License-Identifier: MIT */
/* accepted_socket_inherits_negative_linger2_and_resets.c - it was set on the
 * listener */
#include "tcp.h"

int main(int argc, char **argv)
{
	int listener = tcp_listen(own_address(argc, argv), 1);
	struct pair p;

	tcp_option(listener, IPPROTO_TCP, TCP_LINGER2, -1);
	p = tcp_pair_at(listener);
	SAY(shutdown(p.theirs, SHUT_WR));
	await_state(p.theirs, TCP_FIN_WAIT2);
	SAY(close(p.theirs));
	SAY(close(listener));
	return 0;
}
