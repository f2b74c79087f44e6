/* SPDX-License-Identifier: MIT */
/* close_with_bytes_behind_the_urgent_mark_resets.c - SIOCINQ stops at the mark
 */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	MUST(send(p.theirs, "!", 1, MSG_OOB) == 1);
	await(p.ours, POLLPRI);
	MUST(send(p.theirs, "data", 4, 0) == 4);
	await(p.ours, POLLIN);
	SAY(close(p.ours));
	return 0;
}
