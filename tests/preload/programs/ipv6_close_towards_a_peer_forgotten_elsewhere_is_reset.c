/* SPDX-License-Identifier: MIT */
/* ipv6_close_towards_a_peer_forgotten_elsewhere_is_reset.c - at another address
 * of this host's, and the peer's is not loopback */
#include "tcp.h"

int main(int argc, char **argv)
{
	int listener = tcp_listen(own_address(argc, argv), 1);
	struct pair p = {.ours = tcp_socket("::1")};

	MUST(tcp_connect(p.ours, listener) == 0);
	p.theirs = tcp_accept(listener);
	close(listener);
	tcp_forget(p.theirs);
	SAY(close(p.ours));
	return 0;
}
