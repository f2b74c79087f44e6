/* SPDX-License-Identifier: MIT */
/* read_that_opens_the_window_to_a_vanished_peer_is_reset.c - the window update
 * reaches nobody */
#include "tcp.h"

int main(int argc, char **argv)
{
	static char data[4 << 20];
	struct pair p = tcp_pair(own_address(argc, argv));

	MUST(tcp_fill(p.theirs) > 0);
	tcp_vanish(p.theirs);
	MUST(recv(p.ours, data, sizeof(data), MSG_DONTWAIT) > 0);
	await(p.ours, POLLHUP);
	return 0;
}
