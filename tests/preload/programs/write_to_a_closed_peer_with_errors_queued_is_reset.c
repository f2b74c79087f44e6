/* SPDX-License-Identifier: MIT */
/* write_to_a_closed_peer_with_errors_queued_is_reset.c - POLLERR is no end */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_option(p.ours, SOL_SOCKET, SO_ZEROCOPY, 1);
	MUST(send(p.ours, "first", 5, MSG_ZEROCOPY) == 5);
	await(p.ours, POLLERR);
	await_bytes(p.theirs, 5);
	MUST(tcp_drain(p.theirs) == 5);
	SAY(close(p.theirs));
	await(p.ours, POLLRDHUP);
	SAY(write(p.ours, "late", 4));
	return 0;
}
