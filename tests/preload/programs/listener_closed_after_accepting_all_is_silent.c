/* SPDX-License-Identifier: MIT */
/* listener_closed_after_accepting_all_is_silent.c - nobody waits */
#include "tcp.h"

int main(int argc, char **argv)
{
	int listener = tcp_listen(own_address(argc, argv), 4);
	struct pair p = tcp_pair_at(listener);

	SAY(close(listener));
	SAY(close(p.ours));
	return 0;
}
