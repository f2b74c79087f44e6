/* SPDX-License-Identifier: MIT */
/* write_to_a_peer_closed_behind_a_full_window_is_reset.c - it looks
 * ESTABLISHED: the FIN has not come through */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	MUST(tcp_fill(p.theirs) > 0);
	SAY(close(p.theirs));
	SAY(has_state(p.ours, TCP_ESTABLISHED));
	SAY(write(p.ours, "ok", 2));
	return 0;
}
