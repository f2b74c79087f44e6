/* SPDX-License-Identifier: MIT */
/* close_with_unread_bytes_in_closing_resets.c - neither FIN is acknowledged */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_deliver(p.theirs, p.ours, 5);
	/* Neither hears the other's acknowledgment; only one hears the FIN. */
	tcp_deafen(p.theirs);
	SAY(shutdown(p.ours, SHUT_WR));
	await_state(p.ours, TCP_FIN_WAIT1);
	SAY(shutdown(p.theirs, SHUT_WR));
	await_state(p.ours, TCP_CLOSING);
	/* It would send its FIN again. */
	tcp_vanish(p.theirs);
	SAY(close(p.ours));
	return 0;
}
