/* SPDX-License-Identifier: MIT */
/* unix_socket_closed_with_a_socket_inside_resets.c - SCM_RIGHTS that nobody
 * received */
#include "tcp.h"

int main(int argc, char **argv)
{
	/* One descriptor goes into the pair and never comes out. */
	int through[2];
	char control[CMSG_SPACE(sizeof(int))] = {0};
	char byte = 0;
	struct iovec part = {&byte, 1};
	struct msghdr m = {.msg_iov = &part,
			   .msg_iovlen = 1,
			   .msg_control = control,
			   .msg_controllen = sizeof(control)};
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);
	struct pair p = tcp_pair(own_address(argc, argv));

	MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, through) == 0);
	*c = (struct cmsghdr){CMSG_LEN(sizeof(int)), SOL_SOCKET, SCM_RIGHTS};
	memcpy(CMSG_DATA(c), &p.ours, sizeof(int));
	tcp_deliver(p.theirs, p.ours, 11);
	MUST(sendmsg(through[0], &m, 0) == 1);
	SAY(close(p.ours));
	SAY(close(through[1]));
	await(p.theirs, POLLHUP);
	return 0;
}
