/* SPDX-License-Identifier: MIT */
/* capital_exit_with_unread_bytes_resets.c - _Exit is a close */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_deliver(p.theirs, p.ours, 11);
	_Exit(5);
	return 0;
}
