/* SPDX-License-Identifier: MIT */
/* close_with_unread_bytes_after_the_error_queue_was_read_resets.c - its 0 is no
 * end of file */
#include "tcp.h"

int main(int argc, char **argv)
{
	char control[256], byte;
	struct iovec part = {&byte, 1};
	struct msghdr m = {.msg_iov = &part,
			   .msg_iovlen = 1,
			   .msg_control = control,
			   .msg_controllen = sizeof(control)};
	struct pair p = tcp_pair(own_address(argc, argv));

	tcp_option(p.ours, SOL_SOCKET, SO_ZEROCOPY, 1);
	MUST(send(p.ours, "first", 5, MSG_ZEROCOPY) == 5);
	await(p.ours, POLLERR);
	SAY(recvmsg(p.ours, &m, MSG_ERRQUEUE));
	await_bytes(p.theirs, 5);
	MUST(tcp_drain(p.theirs) == 5);
	tcp_deliver(p.theirs, p.ours, 11);
	SAY(close(p.theirs));
	await(p.ours, POLLRDHUP);
	SAY(close(p.ours));
	return 0;
}
