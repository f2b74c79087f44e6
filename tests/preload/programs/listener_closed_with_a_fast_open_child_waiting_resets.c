/* SPDX-License-Identifier: MIT */
/* listener_closed_with_a_fast_open_child_waiting_resets.c - in SYN_RECV it is a
 * socket already, and no mere request */
#include "tcp.h"

int main(int argc, char **argv)
{
	int listener = tcp_listen(own_address(argc, argv), 4);

	tcp_client_early(listener, "early");
	SAY(close(listener));
	return 0;
}
