/* SPDX-License-Identifier: MIT */
/* listener_closed_while_a_woken_thread_accepts_is_silent.c - the thread in
 * accept() has not run since the client came */
#include <pthread.h>

#include "tcp.h"

static void *take(void *listener)
{
	int fd;

	thread_waits_its_turn();
	thread_starts();
	fd = accept(*(int *)listener, NULL, NULL);
	MUST(fd >= 0);
	SAY(close(fd));
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t thread;
	int listener = tcp_listen(own_address(argc, argv), 1);
	int number = listener;

	threads_take_turns();
	MUST(pthread_create(&thread, NULL, take, &number) == 0);
	MUST(await_check(thread_waits_in, SYS_accept, 0) ||
	     await_check(thread_waits_in, SYS_accept4, 0));
	tcp_client(listener);
	SAY(close(listener));
	pthread_join(thread, NULL);
	return 0;
}
