/* SPDX-License-Identifier: MIT */
/* write_to_a_listener_that_overflows_is_reset.c - tcp_abort_on_overflow: the
 * queue is full when the handshake ends */
#include "tcp.h"

int main(int argc, char **argv)
{
	int listener = tcp_listen(own_address(argc, argv), 0);
	int first, second;

	tcp_drop_third_ack(listener);
	first = tcp_client(listener);
	tcp_undeafen(listener);
	second = tcp_client(listener);
	await_queue(listener, 1);
	SAY(write(first, "hello", 5));
	await(first, POLLHUP);
	MUST(tcp_accept(listener) >= 0);
	SAY(close(second));
	SAY(close(listener));
	return 0;
}
