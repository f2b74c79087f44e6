/* SPDX-License-Identifier: MIT */
/* close_of_a_passed_socket_that_peeks_on_is_silent.c - who has it now begins
 * where its last peek ended (SO_PEEK_OFF) */
#include "passage.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));
	struct passage passage = passage_open();
	const int from = 0;
	char data[8] = "";
	int received;

	/* Before Linux 6.9 it is refused. */
	SAY(setsockopt(p.ours, SOL_SOCKET, SO_PEEK_OFF, &from, sizeof(from)));
	tcp_deliver(p.theirs, p.ours, 11);
	SAY(recv(p.ours, data, 4, MSG_PEEK));
	passage_send(passage, p.ours);
	SAY(close(p.ours));
	received = passage_receive(passage);
	SAY(recv(received, data, 4, MSG_PEEK));
	dprintf(1, "%.4s\n", data);
	SAY(tcp_drain(received));
	SAY(close(received));
	return 0;
}
