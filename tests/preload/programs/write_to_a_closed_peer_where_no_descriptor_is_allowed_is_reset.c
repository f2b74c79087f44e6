/* SPDX-License-Identifier: MIT */
/* write_to_a_closed_peer_where_no_descriptor_is_allowed_is_reset.c - poll(2)
 * of one is refused then */
#include <sys/resource.h>

#include "tcp.h"

int main(int argc, char **argv)
{
	struct rlimit none = {0, 0};
	struct pair p = tcp_pair(own_address(argc, argv));

	SAY(close(p.theirs));
	await(p.ours, POLLRDHUP);
	MUST(setrlimit(RLIMIT_NOFILE, &none) == 0);
	SAY(write(p.ours, "hello", 5));
	return 0;
}
