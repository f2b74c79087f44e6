/* SPDX-License-Identifier: MIT */
/* sendmmsg_to_a_closed_peer_is_reset.c - nobody can read it any more */
#include "tcp.h"

int main(int argc, char **argv)
{
	char late[] = "late";
	struct iovec part = {late, 4};
	struct mmsghdr m = {.msg_hdr = {.msg_iov = &part, .msg_iovlen = 1}};
	struct pair p = tcp_pair(own_address(argc, argv));

	SAY(close(p.theirs));
	await(p.ours, POLLIN);
	SAY(sendmmsg(p.ours, &m, 1, 0));
	return 0;
}
