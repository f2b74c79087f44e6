/* SPDX-License-Identifier: MIT */
/* close_after_reading_past_the_urgent_mark_is_silent.c - nothing is left */
#include "tcp.h"

int main(int argc, char **argv)
{
	char data[64];
	struct pair p = tcp_pair(own_address(argc, argv));

	MUST(send(p.theirs, "!", 1, MSG_OOB) == 1);
	await(p.ours, POLLPRI);
	MUST(send(p.theirs, "data", 4, 0) == 4);
	await(p.ours, POLLIN);
	SAY(recv(p.ours, data, 1, MSG_OOB));
	SAY(recv(p.ours, data, sizeof(data), 0));
	SAY(close(p.ours));
	return 0;
}
