/* SPDX-License-Identifier: MIT */
/* a_thread_needs_the_last_number.c - of 60, while another one resets. */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "trap.h"

enum { LIMIT = 60, RESETS = 200, FEW = 5 };

static volatile int is_over;
static int failed;

static void *open_again(void *unused)
{
	(void)unused;
	while (!is_over) {
		int fd = open("/dev/null", O_RDONLY);

		failed += fd < 0;
		if (fd >= 0)
			close(fd);
	}
	return NULL;
}

/* What is left are two for a connection, one for what follows it, and one. */
static void fill(int fds[4])
{
	const struct rlimit limit = {LIMIT, LIMIT};
	int fd, last = -1;

	CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);
	while ((fd = open("/dev/null", O_RDONLY)) >= 0)
		last = fd;
	for (int i = 0; i < 4; i++)
		fds[i] = last - i;
	for (int i = 0; i < 4; i++)
		CHECK(close(fds[i]) == 0);
}

int main(void)
{
	int spare[4];
	pthread_t thread;
	pid_t child = fork();

	/* Who may hold what is closed. */
	if (child == 0)
		for (;;)
			pause();
	fill(spare);
	CHECK(pthread_create(&thread, NULL, open_again, NULL) == 0);
	for (int i = 0; i < RESETS; i++)
		reset_once();
	is_over = 1;
	CHECK(pthread_join(thread, NULL) == 0);
	CHECK(kill(child, SIGKILL) == 0 && waitpid(child, NULL, 0) == child);
	/* A number is only known to be one of the last when it was taken. */
	printf("%s\n", failed > FEW ? "many" : "none");
	return 0;
}
