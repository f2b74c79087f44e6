/* SPDX-License-Identifier: MIT */
/* exit_while_another_holder_ends_resets.c - a child has come to its end, but
 * its last line finds no room yet; the last close is its own */
#include <fcntl.h>

#include "tcp.h"

/* Fills standard output, so that the line is written by exit() and waits. */
static void child(void)
{
	char text[4096] = "";

	MUST(fcntl(1, F_SETFL, O_NONBLOCK) == 0);
	while (write(1, text, sizeof(text)) > 0)
		;
	MUST(fcntl(1, F_SETFL, 0) == 0);
	fputs("the last line", stdout);
	exit(0);
}

static int waits_in(int pid, int number)
{
	char path[64], call[64] = "";
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/syscall", pid);
	f = fopen(path, "r");
	MUST(f && fgets(call, sizeof(call), f));
	fclose(f);
	return call[0] != 'r' && atoi(call) == number;
}

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));
	int ends[2];
	pid_t pid;

	tcp_deliver(p.theirs, p.ours, 11);
	MUST(pipe(ends) == 0);
	pid = fork();
	if (pid == 0) {
		MUST(dup2(ends[1], 1) == 1);
		close(ends[0]);
		child();
	}
	MUST(await_check(waits_in, pid, SYS_write));
	return 0;
}
