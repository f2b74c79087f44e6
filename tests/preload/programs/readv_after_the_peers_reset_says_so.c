/* SPDX-License-Identifier: MIT */
/* readv_after_the_peers_reset_says_so.c - the call brings the news */
#include <sys/uio.h>

#include "tcp.h"

int main(int argc, char **argv)
{
	char data[64];
	struct iovec part = {data, sizeof(data)};
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_linger(p.theirs, 1, 0);
	SAY(close(p.theirs));
	await(p.ours, POLLERR);
	SAY(readv(p.ours, &part, 1));
	return 0;
}
