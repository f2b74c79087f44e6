/* SPDX-License-Identifier: MIT */
/* close_while_an_orphan_that_hides_holds_it_is_silent.c - it is not dumpable:
 * who has no capabilities may not look at it */
#include <linux/capability.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "tcp.h"

static void give_up_capabilities(void)
{
	struct __user_cap_header_struct header = {
		.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct none[2] = {{0}};

	MUST(syscall(SYS_capset, &header, none) == 0);
}

static void leave_one_behind(int fd, const int end[2], const int ready[2])
{
	char byte = 0;

	if (fork() == 0) {
		prctl(PR_SET_DUMPABLE, 0);
		MUST(write(ready[1], &byte, 1) == 1);
		close(end[1]);
		MUST(read(end[0], &byte, 1) == 0);
		tcp_drain(fd);
		_exit(0);
	}
	/* Unseen: its own end is no matter here. */
	raise(SIGKILL);
}

static void close_while_held(const char *address)
{
	struct pair p = tcp_pair(address);
	int end[2], ready[2];
	pid_t child;
	char byte;

	MUST(pipe(end) == 0 && pipe(ready) == 0);
	tcp_deliver(p.theirs, p.ours, 11);
	child = fork();
	if (child == 0)
		leave_one_behind(p.ours, end, ready);
	MUST(waitpid(child, NULL, 0) == child);
	MUST(read(ready[0], &byte, 1) == 1);
	SAY(shutdown(p.theirs, SHUT_WR));
	SAY(close(p.ours));
	close(end[1]);
	/* Until it has read all and ended: the other end hears its FIN. */
	SAY(read(p.theirs, &byte, 1));
	fflush(stdout);
	_exit(0);
}

/* In a child, whose parent can be looked at. */
int main(int argc, char **argv)
{
	int status = -1;
	pid_t child;

	give_up_capabilities();
	child = fork();
	if (child == 0)
		close_while_held(own_address(argc, argv));
	MUST(waitpid(child, &status, 0) == child);
	SAY(status);
	return 0;
}
