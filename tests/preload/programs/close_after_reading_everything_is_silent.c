/* SPDX-License-Identifier: MIT */
/* close_after_reading_everything_is_silent.c - nothing is lost */
#include "tcp.h"

int main(int argc, char **argv)
{
	char data[64];
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_deliver(p.theirs, p.ours, 11);
	SAY(read(p.ours, data, sizeof(data)));
	SAY(close(p.ours));
	return 0;
}
