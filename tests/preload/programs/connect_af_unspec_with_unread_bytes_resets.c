/* SPDX-License-Identifier: MIT */
/* connect_af_unspec_with_unread_bytes_resets.c - they do not matter here */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));
	struct sockaddr none = {.sa_family = AF_UNSPEC};

	tcp_deliver(p.theirs, p.ours, 11);
	SAY(connect(p.ours, &none, sizeof(none)));
	SAY(close(p.ours));
	return 0;
}
