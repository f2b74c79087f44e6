/* SPDX-License-Identifier: MIT */
/* close_while_a_thread_with_its_own_table_holds_it_is_silent.c - unshare(2) */
#include <pthread.h>

#include "tcp.h"

static struct pair p;
static int to_thread[2], to_main[2];

static void *holds(void *unused)
{
	char byte = 0;

	MUST(unshare(CLONE_FILES) == 0);
	MUST(write(to_main[1], &byte, 1) == 1);
	MUST(read(to_thread[0], &byte, 1) == 1);
	SAY(tcp_drain(p.ours));
	SAY(close(p.ours));
	return unused;
}

int main(int argc, char **argv)
{
	pthread_t thread;
	char byte = 0;

	MUST(pipe(to_thread) == 0 && pipe(to_main) == 0);
	p = tcp_pair(own_address(argc, argv));
	tcp_deliver(p.theirs, p.ours, 11);
	MUST(pthread_create(&thread, NULL, holds, NULL) == 0);
	MUST(read(to_main[0], &byte, 1) == 1);
	SAY(close(p.ours));
	MUST(write(to_thread[1], &byte, 1) == 1);
	MUST(pthread_join(thread, NULL) == 0);
	return 0;
}
