/* SPDX-License-Identifier: MIT */
/* sendfile_to_a_closed_peer_is_reset.c - nobody can read it any more */
#include <sys/mman.h>
#include <sys/sendfile.h>

#include "tcp.h"

int main(int argc, char **argv)
{
	int file = memfd_create("page", 0);
	struct pair p = tcp_pair(own_address(argc, argv));

	MUST(write(file, "late", 4) == 4);
	MUST(lseek(file, 0, SEEK_SET) == 0);
	SAY(close(p.theirs));
	await(p.ours, POLLIN);
	SAY(sendfile(p.ours, file, NULL, 4));
	return 0;
}
