/* SPDX-License-Identifier: MIT */
/* socket_kept_over_exec_resets_at_close.c - the new program has never seen it
 * opened */
#include "tcp.h"

int main(int argc, char **argv)
{
	char number[16];
	struct pair p;

	if (argc == 3) {
		SAY(close(atoi(argv[2])));
		return 0;
	}
	p = tcp_pair(own_address(argc, argv));
	tcp_deliver(p.theirs, p.ours, 11);
	snprintf(number, sizeof(number), "%d", p.ours);
	execl("/proc/self/exe", argv[0], argv[1], number, NULL);
	return 98;
}
