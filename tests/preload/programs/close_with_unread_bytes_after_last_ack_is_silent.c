/* SPDX-License-Identifier: MIT */
/* close_with_unread_bytes_after_last_ack_is_silent.c - our FIN was the second
 * one, and is acknowledged */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_deliver(p.theirs, p.ours, 5);
	SAY(shutdown(p.theirs, SHUT_WR));
	await_state(p.ours, TCP_CLOSE_WAIT);
	SAY(shutdown(p.ours, SHUT_WR));
	await_state(p.ours, TCP_CLOSE);
	SAY(has_bytes(p.ours, 5));
	SAY(close(p.ours));
	return 0;
}
