/* SPDX-License-Identifier: MIT */
/* mptcp_close_after_reading_everything_is_silent.c - nothing is lost */
#include "tcp.h"

int main(int argc, char **argv)
{
	char data[64];
	struct pair p = mptcp_pair(own_address(argc, argv));

	tcp_deliver(p.theirs, p.ours, 11);
	SAY(recv(p.ours, data, sizeof(data), 0));
	SAY(shutdown(p.ours, SHUT_WR));
	await(p.theirs, POLLIN);
	SAY(close(p.theirs));
	await(p.ours, POLLIN);
	SAY(close(p.ours));
	return 0;
}
