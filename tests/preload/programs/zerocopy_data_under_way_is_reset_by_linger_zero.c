/* SPDX-License-Identifier: MIT */
/* zerocopy_data_under_way_is_reset_by_linger_zero.c - as a copy is */
#include "tcp.h"

int main(int argc, char **argv)
{
	static char data[65536];
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_option(p.ours, SOL_SOCKET, SO_ZEROCOPY, 1);
	tcp_linger(p.ours, 1, 0);
	tcp_deafen(p.theirs);
	MUST(send(p.ours, data, sizeof(data), MSG_ZEROCOPY) > 0);
	SAY(close(p.ours));
	tcp_undeafen(p.theirs);
	return 0;
}
