/* SPDX-License-Identifier: MIT */
/* close_while_a_woken_thread_receives_is_silent.c - the thread in recv() has
 * not run since the data came, and will take it */
#include <pthread.h>

#include "tcp.h"

static void *receive(void *fd)
{
	char data[11];

	thread_waits_its_turn();
	thread_starts();
	MUST(recv(*(int *)fd, data, sizeof(data), 0) == sizeof(data));
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t thread;
	struct pair p = tcp_pair(own_address(argc, argv));
	int number = p.ours;

	threads_take_turns();
	MUST(pthread_create(&thread, NULL, receive, &number) == 0);
	MUST(await_check(thread_waits_in, SYS_recvfrom, 0));
	MUST(send(p.theirs, "hello world", 11, 0) == 11);
	SAY(close(p.ours));
	pthread_join(thread, NULL);
	return 0;
}
