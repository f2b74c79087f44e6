/* SPDX-License-Identifier: MIT */
/* a_thread_is_cancelled_where_libc_says.c - and by no call made by number. */
#include <pthread.h>
#include <sys/syscall.h>

#include "trap.h"

static int fd[2];
static char cleaned_up[] = "cleaned up", late[] = "late";

static void say(void *text)
{
	printf("%s\n", (const char *)text);
}

static void *blocked(void *unused)
{
	char c;

	pthread_cleanup_push(say, cleaned_up);
	CHECK(read(fd[1], &c, 1) == 1);
	pthread_cleanup_pop(0);
	return unused;
}

static void *by_number(void *unused)
{
	char c;

	pthread_cleanup_push(say, late);
	pthread_cancel(pthread_self());
	CHECK(syscall(SYS_write, fd[0], "x", 1) == 1);
	CHECK(syscall(SYS_read, fd[1], &c, 1) == 1);
	CHECK(syscall(SYS_close, fd[1]) == 0);
	printf("by number\n");
	pthread_testcancel();
	pthread_cleanup_pop(0);
	return unused;
}

int main(void)
{
	pthread_t thread;
	void *result;

	tcp_pair(fd);
	CHECK(pthread_create(&thread, NULL, blocked, NULL) == 0);
	CHECK(pthread_cancel(thread) == 0);
	CHECK(pthread_join(thread, &result) == 0);
	printf("%d\n", result == PTHREAD_CANCELED);
	CHECK(pthread_create(&thread, NULL, by_number, NULL) == 0);
	CHECK(pthread_join(thread, &result) == 0);
	printf("%d\n", result == PTHREAD_CANCELED);
	reset_once();
	return 0;
}
