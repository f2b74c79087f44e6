/* SPDX-License-Identifier: MIT */
/* a_message_is_freed_by_who_received_it.c - before its sender has returned. */
#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include "trap.h"

enum { MESSAGES = 3000, PAGE = 4096 };

/* All that a message consists of, in a page of its own. */
struct box {
	struct mmsghdr many;
	struct iovec part;
	struct box *self;
};

static int out, in;

/* Goes before the sender, on its processor, as soon as there is something. */
static void *receive(void *unused)
{
	const struct sched_param param = {.sched_priority = 1};
	struct box *box;

	(void)unused;
	pthread_setschedparam(pthread_self(), SCHED_FIFO, &param);
	while (recv(in, &box, sizeof(box), 0) == sizeof(box))
		CHECK(munmap(box, PAGE) == 0);
	return NULL;
}

static struct box *box_new(void)
{
	struct box *box = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
			       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(box != MAP_FAILED);
	box->self = box;
	box->part = (struct iovec){&box->self, sizeof(box->self)};
	box->many.msg_hdr.msg_iov = &box->part;
	box->many.msg_hdr.msg_iovlen = 1;
	return box;
}

int main(void)
{
	int fd[2];
	cpu_set_t one;
	pthread_t receiver;

	CPU_ZERO(&one);
	CPU_SET(sched_getcpu(), &one);
	sched_setaffinity(0, sizeof(one), &one);
	CHECK(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, fd) == 0);
	out = fd[0];
	in = fd[1];
	CHECK(pthread_create(&receiver, NULL, receive, NULL) == 0);
	for (int i = 0; i < MESSAGES; i++) {
		CHECK(sendmsg(out, &box_new()->many.msg_hdr, 0) > 0);
		CHECK(syscall(SYS_sendmsg, out, box_new(), 0) > 0);
	}
	CHECK(close(out) == 0 && pthread_join(receiver, NULL) == 0);
	puts("done");
	return 0;
}
