/* SPDX-License-Identifier: MIT */
/* dup2_onto_itself_is_silent.c - it closes nothing */
#include "tcp.h"

int main(int argc, char **argv)
{
	char data[64];
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_deliver(p.theirs, p.ours, 11);
	SAY(dup2(p.ours, p.ours));
	SAY(read(p.ours, data, sizeof(data)));
	return 0;
}
