/* SPDX-License-Identifier: MIT */
/* write_to_a_closed_peer_after_refused_ones_is_reset.c - more parts than
 * IOV_MAX send nothing, nor does a length below 0 */
#include <sys/uio.h>

#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));
	struct iovec parts[1100];
	struct msghdr all = {.msg_iov = parts, .msg_iovlen = 1100};
	struct iovec odd[2] = {{(char *)"x", 1}, {(char *)"y", (size_t)-1}};

	for (int i = 0; i < 1100; i++)
		parts[i] = (struct iovec){(char *)"x", 1};
	SAY(close(p.theirs));
	await(p.ours, POLLIN);
	SAY(writev(p.ours, parts, 1100));
	SAY(sendmsg(p.ours, &all, 0));
	SAY(writev(p.ours, odd, 2));
	SAY(write(p.ours, "hello", 5));
	return 0;
}
