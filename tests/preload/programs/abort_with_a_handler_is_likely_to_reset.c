/* SPDX-License-Identifier: MIT */
/* abort_with_a_handler_is_likely_to_reset.c - it may end otherwise, but
 * returns */
#include <signal.h>
#include <sys/resource.h>

#include "tcp.h"

static void handle(int number)
{
	SAY(number);
}

int main(int argc, char **argv)
{
	struct rlimit none = {0, 0};
	struct pair p = tcp_pair(own_address(argc, argv));

	MUST(setrlimit(RLIMIT_CORE, &none) == 0);
	tcp_deliver(p.theirs, p.ours, 11);
	signal(SIGABRT, handle);
	abort();
}
