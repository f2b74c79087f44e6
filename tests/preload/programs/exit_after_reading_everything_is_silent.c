/* SPDX-License-Identifier: MIT */
/* exit_after_reading_everything_is_silent.c - exit is a close */
#include "tcp.h"

int main(int argc, char **argv)
{
	char data[64];
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_deliver(p.theirs, p.ours, 11);
	SAY(recv(p.ours, data, sizeof(data), 0));
	exit(3);
}
