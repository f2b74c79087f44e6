/* SPDX-License-Identifier: MIT */
/* close_with_linger_zero_in_closing_is_silent.c - both have closed at once */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	/* Neither hears the other's acknowledgment; only one hears the FIN. */
	tcp_deafen(p.theirs);
	SAY(shutdown(p.ours, SHUT_WR));
	await_state(p.ours, TCP_FIN_WAIT1);
	SAY(shutdown(p.theirs, SHUT_WR));
	await_state(p.ours, TCP_CLOSING);
	tcp_linger(p.ours, 1, 0);
	/* It would send its FIN again. */
	tcp_vanish(p.theirs);
	SAY(close(p.ours));
	return 0;
}
