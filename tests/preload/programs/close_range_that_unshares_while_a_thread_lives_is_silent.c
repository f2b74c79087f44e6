/* SPDX-License-Identifier: MIT */
/* close_range_that_unshares_while_a_thread_lives_is_silent.c - the thread keeps
 * them all */
#include <linux/close_range.h>
#include <pthread.h>

#include "tcp.h"

static struct pair p;

static void *closes(void *unused)
{
	SAY(close_range(p.ours, p.ours, CLOSE_RANGE_UNSHARE));
	return unused;
}

int main(int argc, char **argv)
{
	pthread_t thread;

	p = tcp_pair(own_address(argc, argv));
	tcp_deliver(p.theirs, p.ours, 11);
	MUST(pthread_create(&thread, NULL, closes, NULL) == 0);
	MUST(pthread_join(thread, NULL) == 0);
	SAY(tcp_drain(p.ours));
	SAY(close(p.ours));
	return 0;
}
