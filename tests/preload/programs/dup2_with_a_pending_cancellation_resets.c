/* SPDX-License-Identifier: MIT */
/* dup2_with_a_pending_cancellation_resets.c - it is no cancellation point */
#include <pthread.h>

#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_deliver(p.theirs, p.ours, 11);
	MUST(pthread_cancel(pthread_self()) == 0);
	dup2(p.theirs, p.ours);
	_exit(5);
}
