/* SPDX-License-Identifier: MIT */
/* data_after_shutdown_for_reading_resets_at_close.c - it is queued all the same
 */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	SAY(shutdown(p.ours, SHUT_RD));
	tcp_deliver(p.theirs, p.ours, 11);
	SAY(close(p.ours));
	return 0;
}
