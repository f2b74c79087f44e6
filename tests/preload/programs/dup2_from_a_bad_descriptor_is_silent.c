/* SPDX-License-Identifier: MIT */
/* dup2_from_a_bad_descriptor_is_silent.c - it fails and closes nothing */
#include "tcp.h"

int main(int argc, char **argv)
{
	char data[64];
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_deliver(p.theirs, p.ours, 11);
	SAY(dup2(-1, p.ours));
	SAY(read(p.ours, data, sizeof(data)));
	return 0;
}
