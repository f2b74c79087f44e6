/* SPDX-License-Identifier: MIT */
/* connect_af_unspec_in_fin_wait2_resets.c - half closed */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));
	struct sockaddr none = {.sa_family = AF_UNSPEC};

	SAY(shutdown(p.ours, SHUT_WR));
	await_state(p.ours, TCP_FIN_WAIT2);
	SAY(connect(p.ours, &none, sizeof(none)));
	return 0;
}
