/* SPDX-License-Identifier: MIT */
/* close_of_a_fast_open_child_with_unread_data_resets.c - in SYN_RECV, where
 * SIOCINQ says 0 */
#include "tcp.h"

/* Drops an ACK without SYN, PSH or FIN: the handshake's third. */
static void drop_third_ack(int listener)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 13),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x10, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, 0),
		BPF_STMT(BPF_RET | BPF_K, 65535),
	};
	struct sock_fprog filter = {.len = 4, .filter = code};

	MUST(setsockopt(listener, SOL_SOCKET, SO_ATTACH_FILTER, &filter,
			sizeof(filter)) == 0);
}

int main(int argc, char **argv)
{
	int listener = tcp_listen(own_address(argc, argv), 4);
	int client = tcp_socket_of(name_of(listener), 0);
	struct address to = name_of(listener);
	int child;

	tcp_option(listener, IPPROTO_TCP, TCP_FASTOPEN, 4);
	drop_third_ack(listener);
	MUST(sendto(client, "early", 5, MSG_FASTOPEN, &to.any, to.len) == 5);
	child = tcp_accept(listener);
	await_state(child, TCP_SYN_RECV);
	SAY(close(child));
	SAY(close(listener));
	return 0;
}
