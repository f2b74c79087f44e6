/* SPDX-License-Identifier: MIT */
/* write_from_a_bad_address_to_a_closed_peer_is_silent.c - the kernel refuses it
 */
#include <sys/mman.h>
#include <sys/uio.h>

#include "tcp.h"

int main(int argc, char **argv)
{
	void *nowhere =
		mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	const struct iovec part = {nowhere, 4};
	struct pair p = tcp_pair(own_address(argc, argv));

	SAY(close(p.theirs));
	await(p.ours, POLLIN);
	SAY(write(p.ours, nowhere, 4));
	SAY(send(p.ours, nowhere, 4, 0));
	SAY(writev(p.ours, &part, 1));
	return 0;
}
