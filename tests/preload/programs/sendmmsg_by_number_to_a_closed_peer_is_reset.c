/* SPDX-License-Identifier: MIT */
/* sendmmsg_by_number_to_a_closed_peer_is_reset.c - syscall(2) */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));
	char late[] = "late";
	struct iovec part = {late, 4};
	struct mmsghdr message = {
		.msg_hdr = {.msg_iov = &part, .msg_iovlen = 1}};

	SAY(close(p.theirs));
	await(p.ours, POLLRDHUP);
	SAY(syscall(SYS_sendmmsg, p.ours, &message, 1, 0));
	return 0;
}
