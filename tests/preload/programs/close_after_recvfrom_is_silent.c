/* SPDX-License-Identifier: MIT */
/* close_after_recvfrom_is_silent.c - all of it was read */
#include "tcp.h"

int main(int argc, char **argv)
{
	char data[64];
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_deliver(p.theirs, p.ours, 11);
	SAY(recvfrom(p.ours, data, sizeof(data), 0, NULL, NULL));
	SAY(close(p.ours));
	return 0;
}
