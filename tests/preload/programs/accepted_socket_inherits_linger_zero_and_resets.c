/* SPDX-License-Identifier: MIT */
/* accepted_socket_inherits_linger_zero_and_resets.c - it was set on the
 * listener */
#include "tcp.h"

int main(int argc, char **argv)
{
	int listener = tcp_listen(own_address(argc, argv), 1);
	struct pair p;

	tcp_linger(listener, 1, 0);
	p = tcp_pair_at(listener);
	SAY(close(p.theirs));
	SAY(close(listener));
	return 0;
}
