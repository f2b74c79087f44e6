/* SPDX-License-Identifier: MIT */
/* close_in_fin_wait2_while_data_is_in_flight_is_reset.c - it comes again, to
 * nobody */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_answer(p.ours, p.theirs);
	SAY(shutdown(p.ours, SHUT_WR));
	await_state(p.ours, TCP_FIN_WAIT2);
	tcp_deafen(p.ours);
	MUST(send(p.theirs, "data", 4, 0) == 4);
	tcp_undeafen(p.ours);
	SAY(close(p.ours));
	/* The peer sends it again 200 ms later. */
	await(p.theirs, POLLHUP);
	return 0;
}
