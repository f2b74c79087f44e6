/* SPDX-License-Identifier: MIT */
/* freopen_over_unread_bytes_resets.c - libc closes the descriptor inside */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));
	FILE *f = fdopen(p.ours, "r+");

	tcp_deliver(p.theirs, p.ours, 11);
	f = freopen("/dev/null", "r", f);
	SAY(f != NULL);
	return 0;
}
