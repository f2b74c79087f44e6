/* SPDX-License-Identifier: MIT */
/* mptcp_close_with_linger_zero_resets.c - each of its subflows */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = mptcp_pair(own_address(argc, argv));

	tcp_linger(p.ours, 1, 0);
	SAY(close(p.ours));
	return 0;
}
