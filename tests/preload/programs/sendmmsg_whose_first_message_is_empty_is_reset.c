/* SPDX-License-Identifier: MIT */
/* sendmmsg_whose_first_message_is_empty_is_reset.c - its second is not */
#include "tcp.h"

int main(int argc, char **argv)
{
	char late[] = "late";
	struct iovec part = {late, 4};
	struct mmsghdr m[2] = {
		{.msg_hdr = {.msg_iov = NULL, .msg_iovlen = 0}},
		{.msg_hdr = {.msg_iov = &part, .msg_iovlen = 1}}};
	struct pair p = tcp_pair(own_address(argc, argv));

	SAY(close(p.theirs));
	await(p.ours, POLLIN);
	SAY(sendmmsg(p.ours, m, 2, 0));
	return 0;
}
