/* SPDX-License-Identifier: MIT */
/* close_after_an_answer_with_linger_zero_resets.c - the answer is lost */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_answer(p.ours, p.theirs);
	tcp_linger(p.ours, 1, 0);
	SAY(close(p.ours));
	return 0;
}
