/* SPDX-License-Identifier: MIT */
/* close_after_an_answer_with_bytes_below_rcvlowat_resets.c - poll sees none */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_answer(p.ours, p.theirs);
	tcp_option(p.ours, SOL_SOCKET, SO_RCVLOWAT, 100);
	tcp_deliver(p.theirs, p.ours, 5);
	SAY(poll(&(struct pollfd){.fd = p.ours, .events = POLLIN}, 1, 0));
	SAY(close(p.ours));
	return 0;
}
