/* SPDX-License-Identifier: MIT */
/* close_while_a_parent_outside_holds_it_is_silent.c - in another process
 * namespace, where it can't be seen */
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>

#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));
	int status = -1;
	pid_t child;

	tcp_deliver(p.theirs, p.ours, 11);
	MUST(unshare(CLONE_NEWPID | CLONE_NEWNS) == 0);
	child = fork();
	if (child == 0) {
		MUST(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0);
		MUST(mount("proc", "/proc", "proc", 0, NULL) == 0);
		SAY(close(p.ours));
		fflush(stdout);
		_exit(0);
	}
	MUST(waitpid(child, &status, 0) == child);
	SAY(status);
	SAY(tcp_drain(p.ours));
	return 0;
}
