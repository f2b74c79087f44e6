/* SPDX-License-Identifier: MIT */
/* socket_from_another_process_resets_at_close.c - it came over a Unix socket */
#include "passage.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));
	struct passage passage = passage_open();

	tcp_deliver(p.theirs, p.ours, 11);
	passage_send(passage, p.ours);
	SAY(close(p.ours));
	SAY(close(passage_receive(passage)));
	return 0;
}
