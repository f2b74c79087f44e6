/* SPDX-License-Identifier: MIT */
/* passage.h - a socket on its way through a UNIX socket (SCM_RIGHTS). */
#ifndef PROGRAMS_PASSAGE_H
#define PROGRAMS_PASSAGE_H

#include "tcp.h"

/* One descriptor goes in and comes out under a new number, or never. */
struct passage {
	int in, out;
};

static inline struct passage passage_open(void)
{
	int through[2];

	MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, through) == 0);
	return (struct passage){through[0], through[1]};
}

/* One message with room for one descriptor, first of all fd. */
struct passenger {
	char byte;
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control;
};

static inline struct msghdr passage_message(struct passenger *p,
					    struct iovec *part, int fd)
{
	struct msghdr m = {.msg_iov = part,
			   .msg_iovlen = 1,
			   .msg_control = &p->control,
			   .msg_controllen = sizeof(p->control)};

	*part = (struct iovec){&p->byte, 1};
	p->control.header =
		(struct cmsghdr){CMSG_LEN(sizeof(int)), SOL_SOCKET, SCM_RIGHTS};
	memcpy(CMSG_DATA(&p->control.header), &fd, sizeof(fd));
	return m;
}

static inline void passage_send(struct passage p, int fd)
{
	struct passenger passenger = {0};
	struct iovec part;
	struct msghdr m = passage_message(&passenger, &part, fd);

	MUST(sendmsg(p.in, &m, 0) == 1);
}

static inline int passage_receive(struct passage p)
{
	struct passenger passenger = {0};
	struct iovec part;
	struct msghdr m = passage_message(&passenger, &part, -1);
	int fd;

	MUST(recvmsg(p.out, &m, 0) == 1);
	memcpy(&fd, CMSG_DATA(&passenger.control.header), sizeof(fd));
	MUST(fd >= 0);
	return fd;
}

#endif
