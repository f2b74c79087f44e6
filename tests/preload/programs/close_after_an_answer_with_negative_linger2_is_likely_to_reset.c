/* SPDX-License-Identifier: MIT */
/* close_after_an_answer_with_negative_linger2_is_likely_to_reset.c - when our
 * FIN is acknowledged */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_answer(p.ours, p.theirs);
	tcp_option(p.ours, IPPROTO_TCP, TCP_LINGER2, -1);
	SAY(close(p.ours));
	await(p.theirs, POLLHUP);
	return 0;
}
