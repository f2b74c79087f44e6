/* SPDX-License-Identifier: MIT */
/* exit_handler_that_reads_makes_exit_silent.c - atexit runs before the close */
#include "tcp.h"

static int unread;

static void read_it(void)
{
	char data[64];

	SAY(read(unread, data, sizeof(data)));
}

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	unread = p.ours;
	MUST(atexit(read_it) == 0);
	tcp_deliver(p.theirs, p.ours, 11);
	exit(0);
}
