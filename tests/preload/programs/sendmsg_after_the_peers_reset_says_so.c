/* SPDX-License-Identifier: MIT */
/* sendmsg_after_the_peers_reset_says_so.c - the call brings the news */
#include "tcp.h"

int main(int argc, char **argv)
{
	char late[] = "late";
	struct iovec part = {late, 4};
	struct msghdr m = {.msg_iov = &part, .msg_iovlen = 1};
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_linger(p.theirs, 1, 0);
	SAY(close(p.theirs));
	await(p.ours, POLLERR);
	SAY(sendmsg(p.ours, &m, 0));
	return 0;
}
