/* SPDX-License-Identifier: MIT */
/* close_where_no_descriptor_is_allowed_resets.c - poll(2) of one is refused
 * then */
#include <sys/resource.h>

#include "tcp.h"

int main(int argc, char **argv)
{
	struct rlimit none = {0, 0};
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_deliver(p.theirs, p.ours, 11);
	MUST(setrlimit(RLIMIT_NOFILE, &none) == 0);
	SAY(close(p.ours));
	return 0;
}
