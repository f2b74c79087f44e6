/* SPDX-License-Identifier: MIT */
/* write_to_an_open_peer_with_errors_queued_is_silent.c - they tell of copies
 * made */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_option(p.ours, SOL_SOCKET, SO_ZEROCOPY, 1);
	MUST(send(p.ours, "first", 5, MSG_ZEROCOPY) == 5);
	await(p.ours, POLLERR);
	SAY(write(p.ours, "more", 4));
	await_bytes(p.theirs, 9);
	SAY(tcp_drain(p.theirs));
	return 0;
}
