/* SPDX-License-Identifier: MIT */
/* close_after_messages_that_were_not_sent_resets.c - nobody has what was in
 * them, however many they were */
#include "passage.h"

enum { REFUSED = 300 };

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));
	struct passage passage = passage_open();
	struct passenger passenger = {0};
	struct iovec part;
	struct msghdr m;
	int copy = dup(p.ours);

	/* The copy is what is sent, and closed before anything is looked at. */
	m = passage_message(&passenger, &part, copy);
	MUST(close(passage.out) == 0);
	for (int i = 0; i < REFUSED; i++)
		MUST(sendmsg(passage.in, &m, MSG_NOSIGNAL) < 0);
	MUST(close(copy) == 0);
	tcp_deliver(p.theirs, p.ours, 11);
	SAY(close(p.ours));
	await(p.theirs, POLLHUP);
	return 0;
}
