/* SPDX-License-Identifier: MIT */
/* close_after_recvmsg_is_silent.c - all of it was read */
#include "tcp.h"

int main(int argc, char **argv)
{
	char data[64];
	struct iovec part = {data, sizeof(data)};
	struct msghdr m = {.msg_iov = &part, .msg_iovlen = 1};
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_deliver(p.theirs, p.ours, 11);
	SAY(recvmsg(p.ours, &m, 0));
	SAY(close(p.ours));
	return 0;
}
