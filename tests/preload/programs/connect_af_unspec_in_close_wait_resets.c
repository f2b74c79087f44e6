/* SPDX-License-Identifier: MIT */
/* connect_af_unspec_in_close_wait_resets.c - the peer has closed before */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));
	struct sockaddr none = {.sa_family = AF_UNSPEC};

	SAY(close(p.theirs));
	await_state(p.ours, TCP_CLOSE_WAIT);
	SAY(connect(p.ours, &none, sizeof(none)));
	return 0;
}
