/* SPDX-License-Identifier: MIT */
/* close_after_only_the_urgent_byte_was_read_resets.c - its mark is not passed
 */
#include "tcp.h"

int main(int argc, char **argv)
{
	char byte;
	struct pair p = tcp_pair(own_address(argc, argv));

	MUST(send(p.theirs, "!", 1, MSG_OOB) == 1);
	await(p.ours, POLLPRI);
	SAY(recv(p.ours, &byte, 1, MSG_OOB));
	SAY(close(p.ours));
	return 0;
}
