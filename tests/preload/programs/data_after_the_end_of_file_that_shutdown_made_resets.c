/* SPDX-License-Identifier: MIT */
/* data_after_the_end_of_file_that_shutdown_made_resets.c - it was none */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));
	char c;

	SAY(shutdown(p.ours, SHUT_RD));
	SAY(read(p.ours, &c, 1));
	tcp_deliver(p.theirs, p.ours, 11);
	SAY(close(p.ours));
	return 0;
}
