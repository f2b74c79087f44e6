/* SPDX-License-Identifier: MIT */
/* close_in_fin_wait2_with_everything_read_is_silent.c - the careful way */
#include "tcp.h"

int main(int argc, char **argv)
{
	char data[64];
	struct pair p = tcp_pair(own_address(argc, argv));

	SAY(shutdown(p.ours, SHUT_WR));
	await_state(p.ours, TCP_FIN_WAIT2);
	tcp_deliver(p.theirs, p.ours, 6);
	SAY(read(p.ours, data, sizeof(data)));
	SAY(close(p.ours));
	return 0;
}
