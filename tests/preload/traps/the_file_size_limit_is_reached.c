/* SPDX-License-Identifier: MIT */
/* the_file_size_limit_is_reached.c - SIGXFSZ is not for our line. */
#include <signal.h>
#include <stdbool.h>
#include <sys/resource.h>

#include "trap.h"

static bool waits(void)
{
	sigset_t waiting;

	CHECK(sigpending(&waiting) == 0);
	return sigismember(&waiting, SIGXFSZ);
}

/* One that the program holds and waits for stays; ours is never among them. */
static void hold(void)
{
	sigset_t held;

	sigemptyset(&held);
	sigaddset(&held, SIGXFSZ);
	CHECK(sigprocmask(SIG_BLOCK, &held, NULL) == 0);
	reset_once();
	CHECK(!waits());
	raise(SIGXFSZ);
	reset_once();
	CHECK(waits());
	CHECK(sigwaitinfo(&held, NULL) == SIGXFSZ);
	CHECK(sigprocmask(SIG_UNBLOCK, &held, NULL) == 0);
}

int main(void)
{
	struct rlimit limit;

	CHECK(getrlimit(RLIMIT_FSIZE, &limit) == 0);
	limit.rlim_cur = 4096;
	CHECK(setrlimit(RLIMIT_FSIZE, &limit) == 0);
	for (int i = 0; i < 10; i++)
		reset_once();
	/* A line that begins below the limit is cut without a signal. */
	limit.rlim_cur = 1;
	CHECK(setrlimit(RLIMIT_FSIZE, &limit) == 0);
	reset_once();
	hold();
	limit.rlim_cur = limit.rlim_max;
	CHECK(setrlimit(RLIMIT_FSIZE, &limit) == 0);
	reset_once();
	return 0;
}
