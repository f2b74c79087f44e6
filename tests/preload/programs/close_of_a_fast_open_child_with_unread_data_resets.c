/* SPDX-License-Identifier: MIT */
/* close_of_a_fast_open_child_with_unread_data_resets.c - in SYN_RECV, where
 * SIOCINQ says 0 */
#include "tcp.h"

int main(int argc, char **argv)
{
	int listener = tcp_listen(own_address(argc, argv), 4);
	int client = tcp_socket_of(name_of(listener), 0);
	struct address to = name_of(listener);
	int child;

	tcp_option(listener, IPPROTO_TCP, TCP_FASTOPEN, 4);
	tcp_drop_third_ack(listener);
	MUST(sendto(client, "early", 5, MSG_FASTOPEN, &to.any, to.len) == 5);
	child = tcp_accept(listener);
	await_state(child, TCP_SYN_RECV);
	SAY(close(child));
	SAY(close(listener));
	return 0;
}
