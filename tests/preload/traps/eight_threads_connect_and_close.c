/* SPDX-License-Identifier: MIT */
/* eight_threads_connect_and_close.c - EACH: connections of each thread, two
 * descriptors each; every hundredth resets. */
#include <pthread.h>

#include "trap.h"

enum { THREADS = 8, RESET_EVERY = 100 };
static int each;

static void *run(void *unused)
{
	struct sockaddr_in addr;
	int l = listener(&addr);

	for (int i = 0; i < each; i++) {
		int fd = socket(AF_INET, SOCK_STREAM, 0), served;
		char c = 'c';

		CHECK(connect(fd, (void *)&addr, sizeof(addr)) == 0);
		served = accept(l, NULL, NULL);
		CHECK(served >= 0);
		if (i % RESET_EVERY == 0)
			CHECK(write(fd, &c, 1) == 1 &&
			      recv(served, &c, 1, MSG_PEEK) == 1);
		CHECK(close(served) == 0 && close(fd) == 0);
	}
	CHECK(close(l) == 0);
	return unused;
}

int main(int argc, char **argv)
{
	pthread_t thread[THREADS];

	CHECK(argc == 2);
	each = atoi(argv[1]);
	for (int i = 0; i < THREADS; i++)
		CHECK(pthread_create(&thread[i], NULL, run, NULL) == 0);
	for (int i = 0; i < THREADS; i++)
		CHECK(pthread_join(thread[i], NULL) == 0);
	printf("%d connections\n", THREADS * each);
	return 0;
}
