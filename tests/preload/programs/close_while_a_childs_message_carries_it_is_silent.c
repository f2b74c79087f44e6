/* SPDX-License-Identifier: MIT */
/* close_while_a_childs_message_carries_it_is_silent.c - in no table, and nobody
 * says so */
#include <sys/wait.h>

#include "passage.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));
	struct passage passage = passage_open();
	int received, child;

	tcp_deliver(p.theirs, p.ours, 11);
	child = fork();
	MUST(child >= 0);
	if (child == 0) {
		passage_send(passage, p.ours);
		_exit(0);
	}
	MUST(waitpid(child, NULL, 0) == child);
	SAY(close(p.ours));
	received = passage_receive(passage);
	SAY(tcp_drain(received));
	SAY(close(received));
	return 0;
}
