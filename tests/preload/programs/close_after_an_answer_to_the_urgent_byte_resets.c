/* SPDX-License-Identifier: MIT */
/* close_after_an_answer_to_the_urgent_byte_resets.c - its mark is not passed */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));
	char byte;

	MUST(send(p.theirs, "!", 1, MSG_OOB) == 1);
	await(p.ours, POLLPRI);
	SAY(recv(p.ours, &byte, 1, MSG_OOB));
	tcp_answer(p.ours, p.theirs);
	SAY(close(p.ours));
	return 0;
}
