/* SPDX-License-Identifier: MIT */
/* second_write_to_a_closed_peer_dies_of_sigpipe.c - the signal is not ours to
 * hide */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	SAY(close(p.theirs));
	await(p.ours, POLLIN);
	SAY(write(p.ours, "late", 4));
	await(p.ours, POLLERR);
	SAY(write(p.ours, "more", 4));
	return 0;
}
