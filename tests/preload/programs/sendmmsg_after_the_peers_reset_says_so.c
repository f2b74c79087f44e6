/* SPDX-License-Identifier: MIT */
/* sendmmsg_after_the_peers_reset_says_so.c - the call brings the news */
#include "tcp.h"

int main(int argc, char **argv)
{
	char late[] = "late";
	struct iovec part = {late, 4};
	struct mmsghdr m = {.msg_hdr = {.msg_iov = &part, .msg_iovlen = 1}};
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_linger(p.theirs, 1, 0);
	SAY(close(p.theirs));
	await(p.ours, POLLERR);
	SAY(sendmmsg(p.ours, &m, 1, 0));
	return 0;
}
