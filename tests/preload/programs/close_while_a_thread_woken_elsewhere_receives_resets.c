/* SPDX-License-Identifier: MIT */
/* close_while_a_thread_woken_elsewhere_receives_resets.c - it takes what
 * another socket has */
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
	struct pair other = tcp_pair(own_address(argc, argv));

	threads_take_turns();
	MUST(pthread_create(&thread, NULL, receive, &other.ours) == 0);
	MUST(await_check(thread_waits_in, SYS_recvfrom, 0));
	tcp_deliver(p.theirs, p.ours, 11);
	MUST(send(other.theirs, "hello world", 11, 0) == 11);
	SAY(close(p.ours));
	pthread_join(thread, NULL);
	return 0;
}
