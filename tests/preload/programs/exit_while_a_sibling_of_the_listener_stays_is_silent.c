/* SPDX-License-Identifier: MIT */
/* exit_while_a_sibling_of_the_listener_stays_is_silent.c - tcp_migrate_req=1,
 * and the parent's listener takes over */
#include <sys/wait.h>

#include "tcp.h"

/* A listener of its own, on which a connection waits, until the parent has
 * a sibling of it. */
static int child(const char *address, int pipe)
{
	int listener = tcp_listen_shared(address, 0);
	in_port_t port = name_of(listener).v4.sin_port;
	char byte;

	tcp_client(listener);
	await_queue(listener, 1);
	MUST(write(pipe, &port, sizeof(port)) == sizeof(port));
	MUST(read(pipe, &byte, 1) == 1);
	return 0;
}

int main(int argc, char **argv)
{
	const char *address = own_address(argc, argv);
	in_port_t port;
	int pipe[2];
	int listener;

	MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, pipe) == 0);
	if (fork() == 0)
		return child(address, pipe[1]);
	MUST(read(pipe[0], &port, sizeof(port)) == sizeof(port));
	listener = tcp_listen_shared(address, port);
	MUST(write(pipe[0], "", 1) == 1);
	MUST(wait(NULL) > 0);
	SAY(close(tcp_accept(listener)));
	return 0;
}
