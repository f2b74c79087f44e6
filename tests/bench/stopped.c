/* SPDX-License-Identifier: MIT */
/* stopped.c - what a call costs where somebody is asked: prints nanoseconds. */
#include <stdint.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { BATCHES = 20, CALLS = 500, NO_DESCRIPTOR = 999 };

/* By the clock on the wall: the time goes by in another process. */
static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* The best batch: what else the machine does can only add to it. */
int main(void)
{
	uint64_t best = UINT64_MAX;

	for (int b = 0; b < BATCHES; b++) {
		uint64_t begin = now_ns(), took;

		for (int i = 0; i < CALLS; i++)
			close(NO_DESCRIPTOR);
		took = (now_ns() - begin) / CALLS;
		if (took < best)
			best = took;
	}
	printf("stopped %llu\n", (unsigned long long)best);
	return 0;
}
