/* SPDX-License-Identifier: MIT */
/* close_after_recvmmsg_is_silent.c - all of it was read */
#include "tcp.h"

int main(int argc, char **argv)
{
	char data[64];
	struct iovec part = {data, sizeof(data)};
	struct mmsghdr m = {.msg_hdr = {.msg_iov = &part, .msg_iovlen = 1}};
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_deliver(p.theirs, p.ours, 11);
	SAY(recvmmsg(p.ours, &m, 1, 0, NULL));
	SAY(close(p.ours));
	return 0;
}
