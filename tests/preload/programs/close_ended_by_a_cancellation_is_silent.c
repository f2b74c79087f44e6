/* SPDX-License-Identifier: MIT */
/* close_ended_by_a_cancellation_is_silent.c - libc never makes the call */
#include <pthread.h>

#include "tcp.h"

static struct pair p;

static void *closes(void *unused)
{
	pthread_cancel(pthread_self());
	SAY(close(p.ours));
	return unused;
}

int main(int argc, char **argv)
{
	pthread_t thread;
	void *result;

	p = tcp_pair(own_address(argc, argv));
	tcp_deliver(p.theirs, p.ours, 11);
	MUST(pthread_create(&thread, NULL, closes, NULL) == 0);
	MUST(pthread_join(thread, &result) == 0);
	MUST(result == PTHREAD_CANCELED);
	SAY(tcp_drain(p.ours));
	SAY(close(p.ours));
	return 0;
}
