/* SPDX-License-Identifier: MIT */
/* accepted_socket_of_a_listener_kept_over_exec_resets.c - linger zero was set
 * on it before */
#include "tcp.h"

int main(int argc, char **argv)
{
	char number[16];
	struct pair p;
	int listener;

	if (argc == 3) {
		listener = atoi(argv[2]);
		p = tcp_pair_at(listener);
		SAY(close(p.theirs));
		SAY(close(listener));
		return 0;
	}
	listener = tcp_listen(own_address(argc, argv), 1);
	tcp_linger(listener, 1, 0);
	snprintf(number, sizeof(number), "%d", listener);
	execl("/proc/self/exe", argv[0], argv[1], number, NULL);
	return 98;
}
