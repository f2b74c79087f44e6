/* SPDX-License-Identifier: MIT */
/* pwritev2_that_is_refused_by_a_closed_peers_socket_is_silent.c - a place,
 * flags that nobody knows */
#include <sys/uio.h>

#include "tcp.h"

int main(int argc, char **argv)
{
	struct iovec part = {(char *)"hello", 5};
	struct pair p = tcp_pair(own_address(argc, argv));

	SAY(close(p.theirs));
	await(p.ours, POLLIN);
	SAY(pwritev2(p.ours, &part, 1, 0, 0));
	SAY(pwritev2(p.ours, &part, 1, -1, 0x40000000));
	return 0;
}
