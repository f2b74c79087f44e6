/* SPDX-License-Identifier: MIT */
/* close_of_a_fast_open_child_with_unread_data_resets.c - in SYN_RECV SIOCINQ
 * says 0 */
#include "tcp.h"

int main(int argc, char **argv)
{
	int listener = tcp_listen(own_address(argc, argv), 4);
	int child;

	tcp_client_early(listener, "early");
	child = tcp_accept(listener);
	await_state(child, TCP_SYN_RECV);
	SAY(close(child));
	SAY(close(listener));
	return 0;
}
