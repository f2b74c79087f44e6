/* SPDX-License-Identifier: MIT */
/* a_thread_is_cancelled_anywhere.c - at once, whatever it is in. */
#include <pthread.h>

#include "trap.h"

enum { TIMES = 60 };
static int fd[2];
static volatile int rounds;

static void *run(void *unused)
{
	int old;

	/* What this is about. NOLINTNEXTLINE(cert-pos47-c) */
	pthread_setcanceltype(PTHREAD_CANCEL_ASYNCHRONOUS, &old);
	for (;;) {
		close(dup(fd[1]));
		(void)!read(fd[1], &old, 0);
		rounds++;
	}
	return unused;
}

int main(void)
{
	pthread_t thread;
	void *result;

	unread_pair(fd);
	for (int i = 0; i < TIMES; i++) {
		int from = rounds;

		CHECK(pthread_create(&thread, NULL, run, NULL) == 0);
		while (rounds - from < i % 7 + 1)
			;
		CHECK(pthread_cancel(thread) == 0);
		CHECK(pthread_join(thread, &result) == 0);
		CHECK(result == PTHREAD_CANCELED);
	}
	closefrom(3);
	reset_once();
	return 0;
}
