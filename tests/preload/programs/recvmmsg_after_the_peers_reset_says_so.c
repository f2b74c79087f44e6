/* SPDX-License-Identifier: MIT */
/* recvmmsg_after_the_peers_reset_says_so.c - the call brings the news */
#include "tcp.h"

int main(int argc, char **argv)
{
	char data[64];
	struct iovec part = {data, sizeof(data)};
	struct mmsghdr m = {.msg_hdr = {.msg_iov = &part, .msg_iovlen = 1}};
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_linger(p.theirs, 1, 0);
	SAY(close(p.theirs));
	await(p.ours, POLLERR);
	SAY(recvmmsg(p.ours, &m, 1, 0, NULL));
	return 0;
}
