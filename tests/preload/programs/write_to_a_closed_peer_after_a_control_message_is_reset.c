/* SPDX-License-Identifier: MIT */
/* write_to_a_closed_peer_after_a_control_message_is_reset.c - which the
 * kernel refuses, so that nothing was sent */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));
	struct iovec part = {(char *)"hello", 5};
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(4)];
	} control = {.head = {.cmsg_len = CMSG_LEN(4),
			      .cmsg_level = SOL_SOCKET,
			      .cmsg_type = 999}};
	struct msghdr message = {.msg_iov = &part,
				 .msg_iovlen = 1,
				 .msg_control = &control,
				 .msg_controllen = sizeof(control)};

	SAY(close(p.theirs));
	await(p.ours, POLLIN);
	SAY(sendmsg(p.ours, &message, 0));
	SAY(write(p.ours, "hello", 5));
	return 0;
}
