/* SPDX-License-Identifier: MIT */
/* close_where_proc_has_other_numbers_resets.c - a new process namespace, and
 * the /proc of the old one */
#include <sched.h>
#include <sys/wait.h>

#include "tcp.h"

static void close_after_a_childs_end(const char *address)
{
	struct pair p = tcp_pair(address);
	pid_t child = fork();

	if (child == 0)
		_exit(0);
	MUST(waitpid(child, NULL, 0) == child);
	tcp_deliver(p.theirs, p.ours, 11);
	SAY(close(p.ours));
	exit(0);
}

int main(int argc, char **argv)
{
	int status = -1;
	pid_t child;

	if (argc > 2)
		close_after_a_childs_end(argv[1]);
	MUST(unshare(CLONE_NEWPID) == 0);
	child = fork();
	if (child == 0)
		execl(argv[0], argv[0], own_address(argc, argv), "", NULL);
	MUST(waitpid(child, &status, 0) == child);
	SAY(status);
	return 0;
}
