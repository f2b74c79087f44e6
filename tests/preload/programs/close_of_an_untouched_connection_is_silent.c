/* SPDX-License-Identifier: MIT */
/* close_of_an_untouched_connection_is_silent.c - not a byte went either way */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	SAY(close(p.ours));
	return 0;
}
