/* SPDX-License-Identifier: MIT */
/* linger_zero_set_by_number_resets.c - syscall(2), not setsockopt(2) */
#include "tcp.h"

int main(int argc, char **argv)
{
	const struct linger zero = {.l_onoff = 1};
	struct pair p = tcp_pair(own_address(argc, argv));

	SAY(syscall(SYS_setsockopt, p.ours, SOL_SOCKET, SO_LINGER, &zero,
		    sizeof(zero)));
	SAY(close(p.ours));
	return 0;
}
