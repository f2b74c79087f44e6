/* SPDX-License-Identifier: MIT */
/* close_while_a_childs_message_carries_it_is_silent.c - in no table, and nobody
 * says so */
#include <sys/wait.h>

#include "tcp.h"

int main(int argc, char **argv)
{
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
	int received, child;

	MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, through) == 0);
	*c = (struct cmsghdr){CMSG_LEN(sizeof(int)), SOL_SOCKET, SCM_RIGHTS};
	memcpy(CMSG_DATA(c), &p.ours, sizeof(int));
	tcp_deliver(p.theirs, p.ours, 11);
	child = fork();
	MUST(child >= 0);
	if (child == 0) {
		MUST(sendmsg(through[0], &m, 0) == 1);
		_exit(0);
	}
	MUST(waitpid(child, NULL, 0) == child);
	SAY(close(p.ours));
	MUST(recvmsg(through[1], &m, 0) == 1);
	memcpy(&received, CMSG_DATA(c), sizeof(int));
	SAY(tcp_drain(received));
	SAY(close(received));
	return 0;
}
