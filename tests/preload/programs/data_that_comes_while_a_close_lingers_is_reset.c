/* SPDX-License-Identifier: MIT */
/* data_that_comes_while_a_close_lingers_is_reset.c - it may not read any more
 */
#include <pthread.h>

#include "tcp.h"

static void *answer(void *theirs)
{
	MUST(await_check(thread_waits_in, SYS_close, 0));
	SAY(send(*(int *)theirs, "late", 4, 0));
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t thread;
	struct pair p = tcp_pair(own_address(argc, argv));

	MUST(tcp_fill(p.ours) > 0);
	tcp_linger(p.ours, 1, 2);
	thread_starts();
	MUST(pthread_create(&thread, NULL, answer, &p.theirs) == 0);
	MUST(close(p.ours) == 0);
	pthread_join(thread, NULL);
	return 0;
}
