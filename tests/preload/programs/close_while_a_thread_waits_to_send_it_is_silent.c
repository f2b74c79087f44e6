/* SPDX-License-Identifier: MIT */
/* close_while_a_thread_waits_to_send_it_is_silent.c - in a message that has no
 * room yet */
#include <pthread.h>

#include "passage.h"

static struct passage passage;
static struct pair p;

static void *send_it(void *unused)
{
	(void)unused;
	thread_starts();
	passage_send(passage, p.ours);
	return NULL;
}

/* Bytes until nothing more goes in. */
static int fill(int fd)
{
	static const char bytes[4096];
	ssize_t n;
	int sum = 0;

	for (size_t size = sizeof(bytes); size > 0; size = size > 1 && n < 0 ? 1
							   : n < 0	     ? 0
								   : size) {
		n = send(fd, bytes, size, MSG_DONTWAIT);
		sum += n > 0 ? (int)n : 0;
	}
	return sum;
}

int main(int argc, char **argv)
{
	char byte;
	pthread_t thread;
	int received, before;

	p = tcp_pair(own_address(argc, argv));
	passage = passage_open();
	before = fill(passage.in);
	tcp_deliver(p.theirs, p.ours, 11);
	MUST(pthread_create(&thread, NULL, send_it, NULL) == 0);
	MUST(await_check(thread_waits_in, SYS_sendmsg, 0));
	SAY(close(p.ours));
	while (before-- > 0)
		MUST(recv(passage.out, &byte, 1, 0) == 1);
	received = passage_receive(passage);
	pthread_join(thread, NULL);
	SAY(tcp_drain(received));
	SAY(close(received));
	return 0;
}
