/* SPDX-License-Identifier: MIT */
/* mptcp_close_with_unread_bytes_resets.c - each subflow is reset */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = mptcp_pair(own_address(argc, argv));

	tcp_deliver(p.theirs, p.ours, 11);
	SAY(close(p.ours));
	return 0;
}
