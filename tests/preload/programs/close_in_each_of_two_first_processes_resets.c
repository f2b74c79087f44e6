/* SPDX-License-Identifier: MIT */
/* close_in_each_of_two_first_processes_resets.c - the first of a process
 * namespace makes the first of another: both have number 1 */
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>

#include "tcp.h"

static void reset_once(const char *address)
{
	struct pair p = tcp_pair(address);

	tcp_deliver(p.theirs, p.ours, 11);
	SAY(close(p.ours));
	close(p.theirs);
	fflush(stdout);
}

static pid_t fork_first(void)
{
	MUST(unshare(CLONE_NEWPID) == 0);
	return fork();
}

static void outer(const char *address, int done)
{
	pid_t inner;

	reset_once(address);
	inner = fork_first();
	if (inner == 0) {
		reset_once(address);
		_exit(0);
	}
	MUST(waitpid(inner, NULL, 0) == inner);
	close(done);
	pause();
}

int main(int argc, char **argv)
{
	int done[2];
	pid_t child;
	char byte;

	MUST(pipe(done) == 0);
	child = fork_first();
	if (child == 0) {
		close(done[0]);
		outer(own_address(argc, argv), done[1]);
	}
	close(done[1]);
	MUST(read(done[0], &byte, 1) == 0);
	/* Of the two the inner one has the last word in the log. */
	kill(child, SIGKILL);
	MUST(waitpid(child, NULL, 0) == child);
	return 0;
}
