/* SPDX-License-Identifier: MIT */
/* close_by_number_after_reading_everything_is_silent.c - syscall(SYS_close) is
 * a close */
#include <sys/syscall.h>

#include "tcp.h"

int main(int argc, char **argv)
{
	char data[64];
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_deliver(p.theirs, p.ours, 11);
	SAY(syscall(SYS_read, p.ours, data, sizeof(data)));
	SAY(syscall(SYS_close, p.ours));
	return 0;
}
