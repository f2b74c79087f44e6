/* SPDX-License-Identifier: MIT */
/* abort_whose_handler_goes_on_is_silent.c - it jumps away, and what was
 * unread is read */
#include <setjmp.h>
#include <signal.h>

#include "tcp.h"

static sigjmp_buf further;

static void handle(int number)
{
	siglongjmp(further, number);
}

int main(int argc, char **argv)
{
	static struct pair p;

	p = tcp_pair(own_address(argc, argv));
	tcp_deliver(p.theirs, p.ours, 11);
	signal(SIGABRT, handle);
	if (sigsetjmp(further, 1) == 0)
		abort();
	SAY(tcp_drain(p.ours));
	SAY(close(p.ours));
	return 0;
}
