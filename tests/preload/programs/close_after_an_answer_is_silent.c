/* SPDX-License-Identifier: MIT */
/* close_after_an_answer_is_silent.c - nothing waits, all was sent */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_answer(p.ours, p.theirs);
	SAY(close(p.ours));
	return 0;
}
