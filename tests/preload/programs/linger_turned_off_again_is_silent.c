/* SPDX-License-Identifier: MIT */
/* linger_turned_off_again_is_silent.c - the last setting counts */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_linger(p.ours, 1, 0);
	tcp_linger(p.ours, 0, 0);
	SAY(close(p.ours));
	return 0;
}
