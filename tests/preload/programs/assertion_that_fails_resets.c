/* SPDX-License-Identifier: MIT */
/* assertion_that_fails_resets.c - libc aborts */
#include <assert.h>
#include <fcntl.h>
#include <sys/resource.h>

#include "tcp.h"

int main(int argc, char **argv)
{
	struct rlimit none = {0, 0};
	struct pair p = tcp_pair(own_address(argc, argv));

	MUST(setrlimit(RLIMIT_CORE, &none) == 0);
	tcp_deliver(p.theirs, p.ours, 11);
	MUST(dup2(open("/dev/null", O_WRONLY), 2) == 2);
	assert(argc == 0);
	return 0;
}
