/* SPDX-License-Identifier: MIT */
/* linger_zero_set_after_accept_is_not_inherited.c - the accepted socket has
 * none */
#include "tcp.h"

int main(int argc, char **argv)
{
	int listener = tcp_listen(own_address(argc, argv), 1);
	struct pair p = tcp_pair_at(listener);

	tcp_linger(listener, 1, 0);
	SAY(close(p.theirs));
	SAY(close(listener));
	return 0;
}
