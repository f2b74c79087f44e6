/* SPDX-License-Identifier: MIT */
/* read_that_finds_nothing_is_silent.c - EAGAIN is no reset */
#include "tcp.h"

int main(int argc, char **argv)
{
	char data[64];
	struct pair p = tcp_pair(own_address(argc, argv));

	SAY(recv(p.ours, data, sizeof(data), MSG_DONTWAIT));
	return 0;
}
