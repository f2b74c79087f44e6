/* SPDX-License-Identifier: MIT */
/* exit_with_linger_zero_resets.c - exit is a close */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_linger(p.ours, 1, 0);
	exit(0);
}
