/* SPDX-License-Identifier: MIT */
/* connect_af_unspec_resets.c - a connected socket is disconnected */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));
	struct sockaddr none = {.sa_family = AF_UNSPEC};

	SAY(connect(p.ours, &none, sizeof(none)));
	return 0;
}
