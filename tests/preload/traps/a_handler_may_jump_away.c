/* SPDX-License-Identifier: MIT */
/* a_handler_may_jump_away.c - whatever call it cuts into. */
#include <setjmp.h>
#include <signal.h>
#include <sys/time.h>

#include "trap.h"

enum { JUMPS = 300 };
static sigjmp_buf top;
static volatile sig_atomic_t jumps;

static void on_alarm(int sig)
{
	(void)sig;
	jumps++;
	siglongjmp(top, 1);
}

int main(void)
{
	const struct itimerval once = {{0, 0}, {0, 150}}, never = {{0}, {0}};
	static int fd[2];

	signal(SIGALRM, on_alarm);
	/* What a jump leaves open is closed without anybody's look. */
	sigsetjmp(top, 1);
	if (jumps < JUMPS) {
		closefrom(3);
		CHECK(setitimer(ITIMER_REAL, &once, NULL) == 0);
		for (;;) {
			fd[0] = socket(AF_INET, SOCK_STREAM, 0);
			unread_pair(fd);
			close(fd[1]);
			close(fd[0]);
		}
	}
	CHECK(setitimer(ITIMER_REAL, &never, NULL) == 0);
	closefrom(3);
	reset_once();
	return 0;
}
