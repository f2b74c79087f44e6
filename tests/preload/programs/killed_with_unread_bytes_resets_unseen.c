/* SPDX-License-Identifier: MIT */
/* killed_with_unread_bytes_resets_unseen.c - no call of the program is left */
#include <signal.h>

#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_deliver(p.theirs, p.ours, 11);
	kill(getpid(), SIGKILL);
	return 0;
}
