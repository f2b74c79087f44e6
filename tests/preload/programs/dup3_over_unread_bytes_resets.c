/* SPDX-License-Identifier: MIT */
/* dup3_over_unread_bytes_resets.c - the number is taken over by another file */
#include <fcntl.h>

#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));
	int null = open("/dev/null", O_RDONLY);

	tcp_deliver(p.theirs, p.ours, 11);
	SAY(dup3(null, p.ours, O_CLOEXEC));
	return 0;
}
