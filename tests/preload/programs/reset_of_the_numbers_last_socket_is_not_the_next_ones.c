/* SPDX-License-Identifier: MIT */
/* reset_of_the_numbers_last_socket_is_not_the_next_ones.c - a thread sits in
 * recv() when its number becomes another connection's, and is then reset; each
 * peer aborts, and the second alone is read of */
#include <pthread.h>

#include "tcp.h"

static void *receive(void *fd)
{
	char byte;

	thread_starts();
	MUST(recv(*(int *)fd, &byte, 1, 0) == -1);
	return NULL;
}

int main(int argc, char **argv)
{
	int listener = tcp_listen(own_address(argc, argv), 2);
	struct pair old = tcp_pair_at(listener);
	int number = old.theirs;
	int client = tcp_client(listener);
	pthread_t thread;
	char byte;

	await(listener, POLLIN);
	MUST(pthread_create(&thread, NULL, receive, &number) == 0);
	MUST(await_check(thread_waits_in, SYS_recvfrom, 0));
	MUST(close(old.theirs) == 0);
	MUST(accept(listener, NULL, NULL) == number);
	tcp_linger(old.ours, 1, 0);
	SAY(close(old.ours));
	pthread_join(thread, NULL);
	tcp_linger(client, 1, 0);
	SAY(close(client));
	await(number, POLLHUP);
	SAY(recv(number, &byte, 1, 0));
	return 0;
}
