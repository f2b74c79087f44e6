/* SPDX-License-Identifier: MIT */
/* read_with_a_bad_buffer_is_silent.c - EFAULT is no reset */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));
	char *volatile nowhere = (char *)8;

	tcp_deliver(p.theirs, p.ours, 5);
	SAY(read(p.ours, nowhere, 5));
	SAY(tcp_drain(p.ours));
	return 0;
}
