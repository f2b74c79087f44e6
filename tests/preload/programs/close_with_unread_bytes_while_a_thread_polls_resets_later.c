/* SPDX-License-Identifier: MIT */
/* close_with_unread_bytes_while_a_thread_polls_resets_later.c - the thread in
 * ppoll() holds the last reference */
#include <pthread.h>

#include "tcp.h"

static void *wait_for_urgent_data(void *fd)
{
	struct pollfd p = {.fd = *(int *)fd, .events = POLLPRI};
	const struct timespec limit = {.tv_nsec = 100000000};

	thread_starts();
	ppoll(&p, 1, &limit, NULL);
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
