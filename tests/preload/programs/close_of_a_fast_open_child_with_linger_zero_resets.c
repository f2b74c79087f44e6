/* SPDX-License-Identifier: MIT */
/* close_of_a_fast_open_child_with_linger_zero_resets.c - in SYN_RECV,
 * everything read */
#include "tcp.h"

int main(int argc, char **argv)
{
	int listener = tcp_listen(own_address(argc, argv), 4);
	char data[16];
	int child;

	tcp_client_early(listener, "early");
	child = tcp_accept(listener);
	await_state(child, TCP_SYN_RECV);
	SAY(read(child, data, sizeof(data)));
	tcp_linger(child, 1, 0);
	SAY(close(child));
	SAY(close(listener));
	return 0;
}
