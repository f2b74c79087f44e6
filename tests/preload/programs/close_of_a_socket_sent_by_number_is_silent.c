/* SPDX-License-Identifier: MIT */
/* close_of_a_socket_sent_by_number_is_silent.c - syscall(2), not sendmsg(2) */
#include "passage.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));
	struct passage passage = passage_open();
	struct passenger passenger = {0};
	struct iovec part;
	struct msghdr m = passage_message(&passenger, &part, p.ours);
	int received;

	tcp_deliver(p.theirs, p.ours, 11);
	MUST(syscall(SYS_sendmsg, passage.in, &m, 0) == 1);
	SAY(close(p.ours));
	received = passage_receive(passage);
	SAY(tcp_drain(received));
	SAY(close(received));
	return 0;
}
