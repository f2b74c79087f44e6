/* SPDX-License-Identifier: MIT */
/* eight_threads_open_and_close_a_million.c - numbers change hands at once. */
#include <pthread.h>

#include "trap.h"

enum { THREADS = 8, EACH = 1000000 / THREADS, PLAIN = 196 };

/* Of 200 descriptors 4 are two connections, one of which resets. */
static int rounds = EACH / (PLAIN + 6);

static void *run(void *unused)
{
	int plain[PLAIN], fd[2];

	for (int i = 0; i < rounds; i++) {
		for (int k = 0; k < PLAIN; k++) {
			plain[k] = k % 2 ? dup(plain[k - 1])
					 : socket(AF_INET, SOCK_STREAM, 0);
			CHECK(plain[k] >= 0);
		}
		for (int k = 0; k < PLAIN; k++)
			CHECK(close(plain[k]) == 0);
		tcp_pair(fd);
		CHECK(close(fd[0]) == 0 && close(fd[1]) == 0);
		reset_once();
	}
	return unused;
}

int main(int argc, char **argv)
{
	pthread_t thread[THREADS];

	/* Fewer, where each call is slow. */
	if (argc > 1)
		rounds = atoi(argv[1]);
	for (int i = 0; i < THREADS; i++)
		CHECK(pthread_create(&thread[i], NULL, run, NULL) == 0);
	for (int i = 0; i < THREADS; i++)
		CHECK(pthread_join(thread[i], NULL) == 0);
	return 0;
}
