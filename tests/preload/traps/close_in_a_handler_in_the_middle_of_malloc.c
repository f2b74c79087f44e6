/* SPDX-License-Identifier: MIT */
/* close_in_a_handler_in_the_middle_of_malloc.c - no lock of libc is taken. */
#include <signal.h>
#include <sys/time.h>

#include "trap.h"

enum { PAIRS = 100 };
static int fd[PAIRS][2];
static volatile sig_atomic_t done;

static void on_alarm(int sig)
{
	int saved = errno;

	(void)sig;
	if (done < PAIRS)
		close(fd[done++][1]);
	errno = saved;
}

int main(void)
{
	const struct itimerval often = {{0, 200}, {0, 200}}, never = {{0}, {0}};
	struct sigaction action = {.sa_handler = on_alarm,
				   .sa_flags = SA_RESTART};
	void *volatile kept[64] = {NULL};

	for (int i = 0; i < PAIRS; i++)
		unread_pair(fd[i]);
	CHECK(sigaction(SIGALRM, &action, NULL) == 0);
	CHECK(setitimer(ITIMER_REAL, &often, NULL) == 0);
	for (unsigned i = 0; done < PAIRS; i++) {
		free(kept[i % 64]);
		kept[i % 64] = malloc(1 + i * 37 % 70000);
		CHECK(kept[i % 64]);
	}
	CHECK(setitimer(ITIMER_REAL, &never, NULL) == 0);
	return 0;
}
