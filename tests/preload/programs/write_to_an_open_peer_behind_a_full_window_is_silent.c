/* SPDX-License-Identifier: MIT */
/* write_to_an_open_peer_behind_a_full_window_is_silent.c - it looks the same,
 * and the peer lives */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	MUST(tcp_fill(p.theirs) > 0);
	SAY(has_state(p.ours, TCP_ESTABLISHED));
	SAY(write(p.ours, "ok", 2));
	await_bytes(p.theirs, 2);
	SAY(tcp_drain(p.theirs));
	SAY(shutdown(p.theirs, SHUT_WR));
	do
		await(p.ours, POLLIN);
	while (tcp_drain(p.ours) > 0);
	return 0;
}
