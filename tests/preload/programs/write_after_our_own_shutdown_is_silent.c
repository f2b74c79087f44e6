/* SPDX-License-Identifier: MIT */
/* write_after_our_own_shutdown_is_silent.c - EPIPE is not always a reset */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	SAY(shutdown(p.ours, SHUT_WR));
	SAY(send(p.ours, "late", 4, MSG_NOSIGNAL));
	return 0;
}
