/* SPDX-License-Identifier: MIT */
/* close_with_only_the_fin_unread_is_silent.c - end of file is no data */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	SAY(close(p.theirs));
	await(p.ours, POLLIN);
	SAY(close(p.ours));
	return 0;
}
