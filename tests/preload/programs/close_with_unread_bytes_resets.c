/* SPDX-License-Identifier: MIT */
/* close_with_unread_bytes_resets.c - what the peer sent was never read */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_deliver(p.theirs, p.ours, 11);
	SAY(close(p.ours));
	return 0;
}
