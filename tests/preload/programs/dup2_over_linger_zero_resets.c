/* SPDX-License-Identifier: MIT */
/* dup2_over_linger_zero_resets.c - dup2 is a close */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_linger(p.ours, 1, 0);
	SAY(dup2(1, p.ours));
	return 0;
}
