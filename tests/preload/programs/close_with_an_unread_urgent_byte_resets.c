/* SPDX-License-Identifier: MIT */
/* close_with_an_unread_urgent_byte_resets.c - SIOCINQ says 0 */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	MUST(send(p.theirs, "!", 1, MSG_OOB) == 1);
	await(p.ours, POLLPRI);
	SAY(close(p.ours));
	return 0;
}
