/* SPDX-License-Identifier: MIT */
/* close_after_a_vfork_childs_close_resets.c - the child's number was its own */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_deliver(p.theirs, p.ours, 11);
	if (vfork() == 0) {
		close(p.ours);
		_exit(0);
	}
	SAY(close(p.ours));
	return 0;
}
