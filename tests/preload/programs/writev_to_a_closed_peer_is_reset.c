/* SPDX-License-Identifier: MIT */
/* writev_to_a_closed_peer_is_reset.c - nobody can read it any more */
#include <sys/uio.h>

#include "tcp.h"

int main(int argc, char **argv)
{
	char late[] = "late";
	struct iovec parts[] = {{late, 2}, {late + 2, 2}};
	struct pair p = tcp_pair(own_address(argc, argv));

	SAY(close(p.theirs));
	await(p.ours, POLLIN);
	SAY(writev(p.ours, parts, 2));
	return 0;
}
