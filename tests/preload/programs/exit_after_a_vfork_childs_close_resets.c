/* SPDX-License-Identifier: MIT */
/* exit_after_a_vfork_childs_close_resets.c - the parent has it open still */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_deliver(p.theirs, p.ours, 11);
	if (vfork() == 0) {
		close(p.ours);
		_exit(0);
	}
	exit(3);
}
