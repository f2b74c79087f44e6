/* SPDX-License-Identifier: MIT */
/* close_while_a_thread_receives_is_silent.c - the thread in recv() holds the
 * last reference, and reads all */
#include <pthread.h>

#include "tcp.h"

static void *receive(void *fd)
{
	char data[11];

	thread_starts();
	SAY(recv(*(int *)fd, data, sizeof(data), MSG_WAITALL));
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t thread;
	struct pair p = tcp_pair(own_address(argc, argv));
	int number = p.ours;

	MUST(pthread_create(&thread, NULL, receive, &number) == 0);
	MUST(await_check(thread_waits_in, SYS_recvfrom, 0));
	MUST(send(p.theirs, "first", 5, 0) == 5);
	/* It has taken that, and waits for the rest. */
	MUST(await_check(is_empty, p.ours, 0));
	MUST(await_check(thread_waits_in, SYS_recvfrom, 0));
	SAY(close(p.ours));
	MUST(send(p.theirs, "second", 6, 0) == 6);
	pthread_join(thread, NULL);
	return 0;
}
