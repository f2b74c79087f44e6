/* SPDX-License-Identifier: MIT */
/* close_beside_an_o_path_descriptor_resets.c - which names the socket and does
 * not hold it */
#include <fcntl.h>

#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));
	int copy = dup(p.ours);
	char path[64];

	/* From now on it is looked for. */
	close(copy);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", p.ours);
	MUST(open(path, O_PATH) >= 0);
	tcp_deliver(p.theirs, p.ours, 11);
	SAY(close(p.ours));
	return 0;
}
