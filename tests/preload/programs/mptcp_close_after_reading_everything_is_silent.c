/* SPDX-License-Identifier: MIT */
/* mptcp_close_after_reading_everything_is_silent.c - nothing is lost */
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
	SAY(recv(p.ours, data, sizeof(data), 0));
	SAY(shutdown(p.ours, SHUT_WR));
	await(p.theirs, POLLIN);
	SAY(close(p.theirs));
	await(p.ours, POLLIN);
	SAY(close(p.ours));
	return 0;
}
