/* SPDX-License-Identifier: MIT */
/* sendfile_at_the_end_of_a_file_to_a_closed_peer_is_silent.c - nothing is sent
 */
#include <sys/mman.h>
#include <sys/sendfile.h>

#include "tcp.h"

int main(int argc, char **argv)
{
	int file = memfd_create("page", 0);
	struct pair p = tcp_pair(own_address(argc, argv));

	MUST(write(file, "read", 4) == 4);
	SAY(close(p.theirs));
	await(p.ours, POLLIN);
	SAY(sendfile(p.ours, file, NULL, 4));
	return 0;
}
