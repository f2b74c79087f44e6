/* SPDX-License-Identifier: MIT */
/* fclose_with_bytes_left_in_stdio_is_silent.c - for the kernel they were read
 */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));
	FILE *f = fdopen(p.ours, "r+");

	tcp_deliver(p.theirs, p.ours, 11);
	SAY(fgetc(f));
	SAY(fclose(f));
	return 0;
}
