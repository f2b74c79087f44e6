/* SPDX-License-Identifier: MIT */
/* threads_fork_while_others_reset.c - what they had taken is free again. */
#include <pthread.h>
#include <sys/wait.h>

#include "trap.h"

enum { THREADS = 4, EACH = 200, FORKS = 40 };

static void *run(void *unused)
{
	for (int i = 0; i < EACH; i++)
		reset_once();
	return unused;
}

int main(void)
{
	pthread_t thread[THREADS];
	int status;

	for (int i = 0; i < THREADS; i++)
		CHECK(pthread_create(&thread[i], NULL, run, NULL) == 0);
	for (int i = 0; i < FORKS; i++) {
		pid_t pid = fork();

		if (pid == 0) {
			closefrom(3);
			reset_once();
			_exit(0);
		}
		CHECK(pid > 0 && waitpid(pid, &status, 0) == pid);
		CHECK(status == 0);
	}
	for (int i = 0; i < THREADS; i++)
		CHECK(pthread_join(thread[i], NULL) == 0);
	return 0;
}
