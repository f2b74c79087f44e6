/* SPDX-License-Identifier: MIT */
/* mptcp_join_of_a_forgotten_connection_is_reset.c - nobody knows its token */
#include <signal.h>
#include <sys/wait.h>

#include "counter.h"

static void run(const char *command)
{
	MUST(system(command) == 0);
}

/* Another address of this program's: all of 127.0.0.0/8 are lo's. */
static const char *subflow_address(int fd)
{
	struct address a = name_of(fd);

	a.v4.sin_addr.s_addr ^= htonl(1 << 16);
	return inet_ntoa(a.v4.sin_addr);
}

/* Connects to the listener by MPTCP, ready for another subflow. */
static struct pair subflow_pair(int listener)
{
	struct pair p;

	run("ip mptcp limits set subflow 1");
	MUST(listen(listener, 2) == 0);
	p.ours = tcp_socket_of(name_of(listener), IPPROTO_MPTCP);
	MUST(tcp_connect(p.ours, listener) == 0);
	p.theirs = tcp_accept(listener);
	/* Not before data has gone both ways. */
	tcp_deliver(p.ours, p.theirs, 5);
	tcp_deliver(p.theirs, p.ours, 5);
	return p;
}

/* One from elsewhere is asked for. */
static void subflow_add(int fd)
{
	char command[128];

	snprintf(command, sizeof(command),
		 "ip mptcp endpoint add %s dev lo subflow",
		 subflow_address(fd));
	run(command);
}

/* No reset leaves for that address. */
static void resets_drop(const char *address)
{
	char command[256];

	snprintf(command, sizeof(command),
		 "nft 'add table ip t; add chain ip t o { type filter hook "
		 "output priority 0; }; add rule ip t o ip daddr %s "
		 "tcp flags & rst == rst drop'",
		 address);
	run(command);
}

static int has_refused(int unused, int unused2)
{
	(void)unused;
	(void)unused2;
	return counter("MPJoinNoTokenFound") > 0;
}

int main(int argc, char **argv)
{
	const char *address = own_address(argc, argv);
	int listener = tcp_socket_of(address_of(address), IPPROTO_MPTCP);
	struct pair p = subflow_pair(listener);
	int child = fork();

	MUST(child >= 0);
	if (child == 0) {
		pause();
		_exit(1);
	}
	SAY(close(p.theirs));
	/* It dies with unread data, and its peer doesn't hear of it. */
	resets_drop(address);
	MUST(kill(child, SIGKILL) == 0 && waitpid(child, NULL, 0) == child);
	run("nft delete table ip t");
	subflow_add(listener);
	MUST(await_check(has_refused, 0, 0));
	SAY(tcp_drain(p.ours));
	SAY(close(p.ours));
	return 0;
}
