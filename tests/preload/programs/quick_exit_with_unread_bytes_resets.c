/* SPDX-License-Identifier: MIT */
/* quick_exit_with_unread_bytes_resets.c - quick_exit is a close */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_deliver(p.theirs, p.ours, 11);
	quick_exit(6);
}
