/* SPDX-License-Identifier: MIT */
/* write_after_the_end_of_file_is_told_with_the_reset.c - by the next call that
 * shows it; a read goes on to say end of file */
#include "tcp.h"

int main(int argc, char **argv)
{
	static char data[4096];
	struct pair p = tcp_pair(own_address(argc, argv));

	SAY(close(p.theirs));
	SAY(read(p.ours, data, sizeof(data)));
	SAY(write(p.ours, data, sizeof(data)));
	await(p.ours, POLLERR);
	SAY(send(p.ours, data, sizeof(data), MSG_NOSIGNAL));
	SAY(read(p.ours, data, sizeof(data)));
	return 0;
}
