/* SPDX-License-Identifier: MIT */
/* sendmsg_to_a_closed_peer_is_reset.c - nobody can read it any more */
#include "tcp.h"

int main(int argc, char **argv)
{
	char late[] = "late";
	struct iovec part = {late, 4};
	struct msghdr m = {.msg_iov = &part, .msg_iovlen = 1};
	struct pair p = tcp_pair(own_address(argc, argv));

	SAY(close(p.theirs));
	await(p.ours, POLLIN);
	SAY(sendmsg(p.ours, &m, 0));
	return 0;
}
