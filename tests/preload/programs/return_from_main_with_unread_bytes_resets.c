/* SPDX-License-Identifier: MIT */
/* return_from_main_with_unread_bytes_resets.c - return from main is exit */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_deliver(p.theirs, p.ours, 11);
	return 7;
}
