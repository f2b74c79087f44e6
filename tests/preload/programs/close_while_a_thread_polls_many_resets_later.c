/* SPDX-License-Identifier: MIT */
/* close_while_a_thread_polls_many_resets_later.c - the last of hundreds */
#include <pthread.h>

#include "tcp.h"

enum { MANY = 300 };

static void *wait_for_urgent_data(void *fd)
{
	const struct timespec limit = {.tv_nsec = 100000000};
	struct pollfd p[MANY];

	for (int i = 0; i < MANY; i++)
		p[i] = (struct pollfd){.fd = -1};
	p[MANY - 1] = (struct pollfd){.fd = *(int *)fd, .events = POLLPRI};
	thread_starts();
	ppoll(p, MANY, &limit, NULL);
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t thread;
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_deliver(p.theirs, p.ours, 11);
	MUST(pthread_create(&thread, NULL, wait_for_urgent_data, &p.ours) == 0);
	MUST(await_check(thread_waits_in, SYS_ppoll, 0));
	SAY(close(p.ours));
	pthread_join(thread, NULL);
	return 0;
}
