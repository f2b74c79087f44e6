/* SPDX-License-Identifier: MIT */
/* sendfile_from_before_a_file_to_a_closed_peer_is_silent.c - it is refused */
#include <sys/mman.h>
#include <sys/sendfile.h>

#include "tcp.h"

int main(int argc, char **argv)
{
	off_t before = -1;
	int file = memfd_create("page", 0);
	struct pair p = tcp_pair(own_address(argc, argv));

	MUST(write(file, "read", 4) == 4);
	SAY(close(p.theirs));
	await(p.ours, POLLIN);
	SAY(sendfile(p.ours, file, &before, 4));
	return 0;
}
