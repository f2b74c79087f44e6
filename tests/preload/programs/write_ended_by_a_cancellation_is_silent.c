/* SPDX-License-Identifier: MIT */
/* write_ended_by_a_cancellation_is_silent.c - libc never makes the call */
#include <pthread.h>

#include "tcp.h"

static struct pair p;

static void *writes(void *unused)
{
	pthread_cancel(pthread_self());
	SAY(write(p.ours, "late", 4));
	return unused;
}

int main(int argc, char **argv)
{
	pthread_t thread;
	void *result;

	p = tcp_pair(own_address(argc, argv));
	SAY(close(p.theirs));
	await(p.ours, POLLRDHUP);
	MUST(pthread_create(&thread, NULL, writes, NULL) == 0);
	MUST(pthread_join(thread, &result) == 0);
	MUST(result == PTHREAD_CANCELED);
	return 0;
}
