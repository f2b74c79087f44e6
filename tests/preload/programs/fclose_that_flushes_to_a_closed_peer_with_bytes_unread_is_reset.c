/* SPDX-License-Identifier: MIT */
/* fclose_that_flushes_to_a_closed_peer_with_bytes_unread_is_reset.c - which
 * is there before the close */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));
	FILE *stream = fdopen(p.ours, "r+");

	tcp_deliver(p.theirs, p.ours, 11);
	SAY(close(p.theirs));
	await(p.ours, POLLRDHUP);
	MUST(fputs("hello", stream) >= 0);
	SAY(fclose(stream));
	return 0;
}
