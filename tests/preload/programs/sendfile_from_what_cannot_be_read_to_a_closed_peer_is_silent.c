/* SPDX-License-Identifier: MIT */
/* sendfile_from_what_cannot_be_read_to_a_closed_peer_is_silent.c - the file
 * is open for writing alone */
#include <fcntl.h>
#include <sys/sendfile.h>

#include "tcp.h"

int main(int argc, char **argv)
{
	int file = open("/tmp", O_TMPFILE | O_WRONLY, 0600);
	struct pair p = tcp_pair(own_address(argc, argv));
	off_t at = 0;

	MUST(write(file, "read", 4) == 4);
	SAY(close(p.theirs));
	await(p.ours, POLLIN);
	SAY(sendfile(p.ours, file, &at, 4));
	return 0;
}
