/* SPDX-License-Identifier: MIT */
/* received.c - writes to a connection that comes through standard input, and
 * closes it */
#include "../../preload/programs/tcp.h"

static int receive(void)
{
	char byte, control[CMSG_SPACE(sizeof(int))];
	struct iovec part = {&byte, 1};
	struct msghdr m = {.msg_iov = &part,
			   .msg_iovlen = 1,
			   .msg_control = control,
			   .msg_controllen = sizeof(control)};
	int fd;

	MUST(recvmsg(0, &m, 0) == 1 && CMSG_FIRSTHDR(&m));
	memcpy(&fd, CMSG_DATA(CMSG_FIRSTHDR(&m)), sizeof(fd));
	return fd;
}

int main(void)
{
	int fd = receive();

	SAY(write(fd, "x", 1));
	SAY(close(fd));
	return 0;
}
