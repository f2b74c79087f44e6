/* SPDX-License-Identifier: MIT */
/* sendfile_after_the_peers_reset_says_so.c - the call brings the news */
#include <sys/mman.h>
#include <sys/sendfile.h>

#include "tcp.h"

int main(int argc, char **argv)
{
	int file = memfd_create("page", 0);
	struct pair p = tcp_pair(own_address(argc, argv));

	MUST(ftruncate(file, 4) == 0);
	tcp_linger(p.theirs, 1, 0);
	SAY(close(p.theirs));
	await(p.ours, POLLERR);
	SAY(sendfile(p.ours, file, NULL, 4));
	return 0;
}
