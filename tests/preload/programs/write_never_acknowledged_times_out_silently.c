/* SPDX-License-Identifier: MIT */
/* write_never_acknowledged_times_out_silently.c - TCP_USER_TIMEOUT: the kernel
 * gives up without a segment */
#include "tcp.h"

int main(int argc, char **argv)
{
	char data[16];
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_deafen(p.theirs);
	tcp_option(p.ours, IPPROTO_TCP, TCP_USER_TIMEOUT, 100);
	SAY(write(p.ours, "hello", 5));
	await(p.ours, POLLERR);
	SAY(recv(p.ours, data, sizeof(data), 0));
	SAY(close(p.ours));
	/* Its FIN would meet nobody. */
	tcp_vanish(p.theirs);
	return 0;
}
