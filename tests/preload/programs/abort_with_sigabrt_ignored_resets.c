/* SPDX-License-Identifier: MIT */
/* abort_with_sigabrt_ignored_resets.c - libc raises it again, then deadly */
#include <signal.h>
#include <sys/resource.h>

#include "tcp.h"

int main(int argc, char **argv)
{
	struct rlimit none = {0, 0};
	struct pair p = tcp_pair(own_address(argc, argv));

	MUST(setrlimit(RLIMIT_CORE, &none) == 0);
	tcp_deliver(p.theirs, p.ours, 11);
	signal(SIGABRT, SIG_IGN);
	abort();
}
