/* SPDX-License-Identifier: MIT */
/* close_with_cancellation_off_resets.c - the request waits, the call is made */
#include <pthread.h>

#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_deliver(p.theirs, p.ours, 11);
	MUST(pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL) == 0);
	MUST(pthread_cancel(pthread_self()) == 0);
	SAY(close(p.ours));
	return 0;
}
