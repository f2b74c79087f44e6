/* SPDX-License-Identifier: MIT */
/* close_while_a_duplicate_reads_on_is_silent.c - the duplicate reads all */
#include "tcp.h"

int main(int argc, char **argv)
{
	char data[64];
	struct pair p = tcp_pair(own_address(argc, argv));
	int again = dup(p.ours);

	MUST(again >= 0);
	tcp_deliver(p.theirs, p.ours, 11);
	SAY(close(p.ours));
	SAY(read(again, data, sizeof(data)));
	SAY(close(again));
	return 0;
}
