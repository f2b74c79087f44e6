/* SPDX-License-Identifier: MIT */
/* close_in_close_wait_with_negative_linger2_is_silent.c - the peer's FIN is
 * here already */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_option(p.ours, IPPROTO_TCP, TCP_LINGER2, -1);
	SAY(close(p.theirs));
	await_state(p.ours, TCP_CLOSE_WAIT);
	SAY(close(p.ours));
	return 0;
}
