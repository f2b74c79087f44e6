/* SPDX-License-Identifier: MIT */
/* close_after_a_truncating_read_is_silent.c - MSG_TRUNC throws away what it
 * reads */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_deliver(p.theirs, p.ours, 11);
	SAY(recv(p.ours, NULL, 64, MSG_TRUNC));
	SAY(close(p.ours));
	return 0;
}
