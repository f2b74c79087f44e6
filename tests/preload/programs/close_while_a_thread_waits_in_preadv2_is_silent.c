/* SPDX-License-Identifier: MIT */
/* close_while_a_thread_waits_in_preadv2_is_silent.c - it waits for more than
 * there is, and takes that when a signal comes */
#include <pthread.h>
#include <signal.h>
#include <sys/uio.h>

#include "tcp.h"

static void nothing(int signal)
{
	(void)signal;
}

static void *receive(void *fd)
{
	char data[100];
	struct iovec part = {data, sizeof(data)};

	thread_starts();
	SAY(preadv2(*(int *)fd, &part, 1, -1, 0));
	return NULL;
}

int main(int argc, char **argv)
{
	const struct sigaction action = {.sa_handler = nothing};
	pthread_t thread;
	struct pair p = tcp_pair(own_address(argc, argv));
	int number = p.ours;

	MUST(sigaction(SIGUSR1, &action, NULL) == 0);
	tcp_option(p.ours, SOL_SOCKET, SO_RCVLOWAT, 100);
	MUST(pthread_create(&thread, NULL, receive, &number) == 0);
	MUST(await_check(thread_waits_in, SYS_preadv2, 0));
	tcp_deliver(p.theirs, p.ours, 11);
	MUST(await_check(thread_waits_in, SYS_preadv2, 0));
	SAY(close(p.ours));
	pthread_kill(thread, SIGUSR1);
	pthread_join(thread, NULL);
	return 0;
}
