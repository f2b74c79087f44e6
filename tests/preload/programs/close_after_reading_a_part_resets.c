/* SPDX-License-Identifier: MIT */
/* close_after_reading_a_part_resets.c - 4 of 11 bytes are left */
#include "tcp.h"

int main(int argc, char **argv)
{
	char data[7];
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_deliver(p.theirs, p.ours, 11);
	SAY(read(p.ours, data, sizeof(data)));
	SAY(close(p.ours));
	return 0;
}
