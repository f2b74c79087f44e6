/* SPDX-License-Identifier: MIT */
/* sendfile_with_a_pending_cancellation_is_reset.c - no cancellation point */
#include <fcntl.h>
#include <pthread.h>
#include <sys/sendfile.h>

#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));
	int file = open("/proc/self/exe", O_RDONLY);

	MUST(file >= 0);
	SAY(close(p.theirs));
	await(p.ours, POLLRDHUP);
	MUST(pthread_cancel(pthread_self()) == 0);
	MUST(sendfile(p.ours, file, NULL, 4) == 4);
	_exit(5);
}
