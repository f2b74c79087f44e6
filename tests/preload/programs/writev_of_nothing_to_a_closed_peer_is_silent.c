/* SPDX-License-Identifier: MIT */
/* writev_of_nothing_to_a_closed_peer_is_silent.c - no byte, no segment */
#include <sys/uio.h>

#include "tcp.h"

int main(int argc, char **argv)
{
	struct iovec parts[2] = {{NULL, 0}, {NULL, 0}};
	struct pair p = tcp_pair(own_address(argc, argv));

	SAY(close(p.theirs));
	await(p.ours, POLLIN);
	SAY(writev(p.ours, parts, 2));
	return 0;
}
