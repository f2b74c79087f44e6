/* SPDX-License-Identifier: MIT */
/* dup3_onto_itself_is_silent.c - EINVAL, nothing is closed */
#include "tcp.h"

int main(int argc, char **argv)
{
	char data[64];
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_deliver(p.theirs, p.ours, 11);
	SAY(dup3(p.ours, p.ours, 0));
	SAY(read(p.ours, data, sizeof(data)));
	return 0;
}
