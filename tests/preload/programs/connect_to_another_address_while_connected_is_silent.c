/* SPDX-License-Identifier: MIT */
/* connect_to_another_address_while_connected_is_silent.c - EISCONN, nothing
 * happens */
#include "tcp.h"

int main(int argc, char **argv)
{
	int listener = tcp_listen(own_address(argc, argv), 1);
	struct pair p = tcp_pair_at(listener);

	SAY(tcp_connect(p.ours, listener));
	SAY(close(p.ours));
	return 0;
}
