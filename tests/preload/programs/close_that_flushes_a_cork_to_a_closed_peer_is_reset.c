/* SPDX-License-Identifier: MIT */
/* close_that_flushes_a_cork_to_a_closed_peer_is_reset.c - the data leaves now
 */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = corked_pair(own_address(argc, argv));

	SAY(close(p.ours));
	return 0;
}
