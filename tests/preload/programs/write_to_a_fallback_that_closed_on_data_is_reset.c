/* SPDX-License-Identifier: MIT */
/* write_to_a_fallback_that_closed_on_data_is_reset.c - the peer asked for MPTCP
 * and got TCP; it closes with data unread, by a FIN */
#include "tcp.h"

int main(int argc, char **argv)
{
	int listener = tcp_listen(own_address(argc, argv), 1);
	struct address to = name_of(listener);
	int theirs = tcp_socket_of(to, IPPROTO_MPTCP);
	int ours;

	MUST(connect(theirs, &to.any, to.len) == 0);
	ours = tcp_accept(listener);
	tcp_deliver(ours, theirs, 11);
	SAY(close(theirs));
	await(ours, POLLRDHUP);
	SAY(write(ours, "late", 4));
	SAY(close(ours));
	return 0;
}
