/* SPDX-License-Identifier: MIT */
/* fcloseall_closes_nothing_and_exit_resets.c - glibc only flushes its streams
 */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	MUST(fdopen(p.ours, "r+") != NULL);
	tcp_deliver(p.theirs, p.ours, 11);
	SAY(fcloseall());
	return 0;
}
