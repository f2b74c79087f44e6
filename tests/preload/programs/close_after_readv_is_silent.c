/* SPDX-License-Identifier: MIT */
/* close_after_readv_is_silent.c - all of it was read */
#include <sys/uio.h>

#include "tcp.h"

int main(int argc, char **argv)
{
	char data[2][8];
	struct iovec parts[] = {{data[0], 8}, {data[1], 8}};
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_deliver(p.theirs, p.ours, 11);
	SAY(readv(p.ours, parts, 2));
	SAY(close(p.ours));
	return 0;
}
