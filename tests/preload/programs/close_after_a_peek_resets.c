/* SPDX-License-Identifier: MIT */
/* close_after_a_peek_resets.c - MSG_PEEK reads nothing */
#include "tcp.h"

int main(int argc, char **argv)
{
	char data[64];
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_deliver(p.theirs, p.ours, 11);
	SAY(recv(p.ours, data, sizeof(data), MSG_PEEK));
	SAY(close(p.ours));
	return 0;
}
