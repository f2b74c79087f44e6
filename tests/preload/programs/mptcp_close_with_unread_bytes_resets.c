/* SPDX-License-Identifier: MIT */
/* mptcp_close_with_unread_bytes_resets.c - each subflow is reset */
#include "tcp.h"

int main(int argc, char **argv)
{
	char data[64] = {0};
	int listener = tcp_socket_of(address_of(own_address(argc, argv)),
				     IPPROTO_MPTCP);
	struct pair p = {
		.ours = tcp_socket_of(name_of(listener), IPPROTO_MPTCP)};

	MUST(listen(listener, 1) == 0);
	MUST(tcp_connect(p.ours, listener) == 0);
	p.theirs = tcp_accept(listener);
	close(listener);
	MUST(send(p.theirs, data, 11, 0) == 11);
	await_bytes(p.ours, 11);
	SAY(close(p.ours));
	return 0;
}
