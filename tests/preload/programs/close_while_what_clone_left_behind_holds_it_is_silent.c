/* SPDX-License-Identifier: MIT */
/* close_while_what_clone_left_behind_holds_it_is_silent.c - or _Fork(), which
 * tells the handlers of pthread_atfork() as little; nobody's child any more */
#include <sched.h>
#include <signal.h>
#include <sys/wait.h>

#include "tcp.h"

struct family {
	struct pair p;
	int end[2];
};

static int leave_one_behind(void *arg)
{
	struct family *f = arg;
	char byte;

	if (_Fork() == 0) {
		close(f->end[1]);
		MUST(read(f->end[0], &byte, 1) == 0);
		tcp_drain(f->p.ours);
	}
	_exit(0);
}

static pid_t by_clone(struct family *f)
{
	static char stack[65536] __attribute__((aligned(16)));

	return clone(leave_one_behind, stack + sizeof(stack), SIGCHLD, f);
}

static pid_t by_underscore_fork(struct family *f)
{
	pid_t child = _Fork();

	if (child == 0)
		leave_one_behind(f);
	return child;
}

static void close_while_held(const char *address,
			     pid_t (*make)(struct family *f))
{
	struct family f = {.p = tcp_pair(address)};
	pid_t child;
	char byte;

	MUST(pipe(f.end) == 0);
	tcp_deliver(f.p.theirs, f.p.ours, 11);
	child = make(&f);
	MUST(child > 0 && waitpid(child, NULL, 0) == child);
	SAY(shutdown(f.p.theirs, SHUT_WR));
	SAY(close(f.p.ours));
	close(f.end[1]);
	/* Until it has read all and ended: the other end hears its FIN. */
	SAY(read(f.p.theirs, &byte, 1));
	close(f.p.theirs);
}

int main(int argc, char **argv)
{
	close_while_held(own_address(argc, argv), by_clone);
	close_while_held(own_address(argc, argv), by_underscore_fork);
	return 0;
}
