/* SPDX-License-Identifier: MIT */
/* close_of_a_unix_socket_with_unread_bytes_is_silent.c - not TCP */
#include "tcp.h"

int main(int argc, char **argv)
{
	int fds[2];

	MUST(*own_address(argc, argv) &&
	     socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == 0);
	MUST(write(fds[1], "data", 4) == 4);
	SAY(close(fds[0]));
	return 0;
}
