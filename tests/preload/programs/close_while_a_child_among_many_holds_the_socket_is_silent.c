/* SPDX-License-Identifier: MIT */
/* close_while_a_child_among_many_holds_the_socket_is_silent.c - an older one
 * has more open files than can be looked at */
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "tcp.h"

enum { FILES = 30000 };

/* Stays until the pipe is closed. */
static int with_many_files(const int wait_for[2], int ready)
{
	struct rlimit limit = {FILES + 100, FILES + 100};
	char byte;

	close(wait_for[1]);
	setrlimit(RLIMIT_NOFILE, &limit);
	for (int i = 0; i < FILES && dup(ready) >= 0; i++)
		;
	MUST(write(ready, "r", 1) == 1);
	return (int)read(wait_for[0], &byte, 1);
}

static int that_holds(int fd, int wait_for)
{
	char data[64];

	MUST(read(wait_for, data, 1) == 1);
	SAY(read(fd, data, sizeof(data)));
	SAY(close(fd));
	return 0;
}

int main(int argc, char **argv)
{
	int end[2], ready[2], go[2];
	struct pair p;
	char byte;

	MUST(pipe2(end, O_CLOEXEC) == 0 && pipe(ready) == 0 && pipe(go) == 0);
	if (fork() == 0)
		_exit(with_many_files(end, ready[1]));
	MUST(read(ready[0], &byte, 1) == 1);
	p = tcp_pair(own_address(argc, argv));
	tcp_deliver(p.theirs, p.ours, 11);
	if (fork() == 0)
		_exit(that_holds(p.ours, go[0]));
	SAY(close(p.ours));
	MUST(write(go[1], "g", 1) == 1);
	MUST(wait(NULL) > 0);
	MUST(close(end[1]) == 0);
	MUST(wait(NULL) > 0);
	return 0;
}
