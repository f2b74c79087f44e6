/* SPDX-License-Identifier: MIT */
/* close_with_unread_bytes_in_time_wait_is_silent.c - both FINs are through;
 * SIOCINQ says 5 */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	SAY(shutdown(p.ours, SHUT_WR));
	await(p.theirs, POLLRDHUP);
	tcp_deliver(p.theirs, p.ours, 5);
	SAY(shutdown(p.theirs, SHUT_WR));
	await_state(p.ours, TCP_CLOSE);
	SAY(has_bytes(p.ours, 5));
	SAY(close(p.ours));
	return 0;
}
