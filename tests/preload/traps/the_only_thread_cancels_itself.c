/* SPDX-License-Identifier: MIT */
/* the_only_thread_cancels_itself.c - which takes effect in its next read() */
#include <pthread.h>

#include "trap.h"

static void say(void *text)
{
	printf("%s\n", (const char *)text);
	reset_once();
}

int main(void)
{
	static char cleaned_up[] = "cleaned up";
	int fd[2];
	char c;

	tcp_pair(fd);
	CHECK(write(fd[0], "xy", 2) == 2);
	CHECK(read(fd[1], &c, 1) == 1);
	pthread_cleanup_push(say, cleaned_up);
	CHECK(pthread_cancel(pthread_self()) == 0);
	CHECK(read(fd[1], &c, 1) == 1);
	printf("went on\n");
	pthread_cleanup_pop(0);
	return 0;
}
