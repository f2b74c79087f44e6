/* SPDX-License-Identifier: MIT */
/* end_of_file_of_the_numbers_last_socket_is_no_news_and_close_resets.c - a
 * thread that shutdown() woke returns when its number is another connection's,
 * of which data is unread and the FIN has come */
#include <pthread.h>

#include "tcp.h"

static void *receive(void *fd)
{
	char byte;

	thread_waits_its_turn();
	thread_starts();
	MUST(recv(*(int *)fd, &byte, 1, 0) == 0);
	return NULL;
}

int main(int argc, char **argv)
{
	int listener = tcp_listen(own_address(argc, argv), 2);
	struct pair old = tcp_pair_at(listener);
	int number = old.theirs, client;
	pthread_t thread;

	threads_take_turns();
	client = tcp_client(listener);
	MUST(send(client, "hello world", 11, 0) == 11);
	MUST(shutdown(client, SHUT_WR) == 0);
	await(listener, POLLIN);
	MUST(pthread_create(&thread, NULL, receive, &number) == 0);
	MUST(await_check(thread_waits_in, SYS_recvfrom, 0));
	MUST(shutdown(old.theirs, SHUT_RDWR) == 0);
	SAY(close(old.theirs));
	MUST(accept(listener, NULL, NULL) == number);
	pthread_join(thread, NULL);
	await(number, POLLRDHUP);
	SAY(close(number));
	return 0;
}
