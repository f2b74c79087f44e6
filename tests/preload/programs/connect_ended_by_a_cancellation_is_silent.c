/* SPDX-License-Identifier: MIT */
/* connect_ended_by_a_cancellation_is_silent.c - no SYN is sent */
#include <pthread.h>

#include "tcp.h"

static int fd;
static struct address to;

static void *connects(void *unused)
{
	pthread_cancel(pthread_self());
	SAY(connect(fd, &to.any, to.len));
	return unused;
}

int main(int argc, char **argv)
{
	int bound = tcp_socket(own_address(argc, argv));
	pthread_t thread;
	void *result;

	to = name_of(bound);
	fd = socket(to.any.sa_family, SOCK_STREAM, 0);
	MUST(pthread_create(&thread, NULL, connects, NULL) == 0);
	MUST(pthread_join(thread, &result) == 0);
	MUST(result == PTHREAD_CANCELED);
	return 0;
}
