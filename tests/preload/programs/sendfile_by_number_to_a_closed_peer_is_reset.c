/* SPDX-License-Identifier: MIT */
/* sendfile_by_number_to_a_closed_peer_is_reset.c - syscall(2) */
#include <fcntl.h>

#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));
	int file = open(argv[0], O_RDONLY);

	MUST(file >= 0);
	SAY(close(p.theirs));
	await(p.ours, POLLRDHUP);
	SAY(syscall(SYS_sendfile, p.ours, file, NULL, 4));
	return 0;
}
