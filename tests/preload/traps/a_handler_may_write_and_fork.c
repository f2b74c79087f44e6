/* SPDX-License-Identifier: MIT */
/* a_handler_may_write_and_fork.c - in the middle of malloc and of stdio. */
#include <signal.h>
#include <sys/time.h>
#include <sys/wait.h>

#include "trap.h"

enum { TIMES = 40 };
static volatile sig_atomic_t done;

static void on_alarm(int sig)
{
	int saved = errno, status;
	pid_t pid;

	(void)sig;
	if (done++ < TIMES) {
		pid = fork();
		if (pid == 0) {
			reset_once();
			_exit(3);
		}
		CHECK(pid > 0 && waitpid(pid, &status, 0) == pid);
		CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 3);
		reset_once();
	}
	errno = saved;
}

int main(void)
{
	const struct itimerval often = {{0, 500}, {0, 500}}, never = {{0}, {0}};
	struct sigaction action = {.sa_handler = on_alarm,
				   .sa_flags = SA_RESTART};
	FILE *null = fopen("/dev/null", "w");

	CHECK(null && sigaction(SIGALRM, &action, NULL) == 0);
	CHECK(setitimer(ITIMER_REAL, &often, NULL) == 0);
	for (unsigned i = 0; done < TIMES; i++) {
		void *volatile p = malloc(1 + i * 37 % 70000);

		CHECK(p && fprintf(null, "%p\n", p) > 0);
		free(p);
	}
	CHECK(setitimer(ITIMER_REAL, &never, NULL) == 0);
	return 0;
}
