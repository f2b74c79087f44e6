/* SPDX-License-Identifier: MIT */
/* socket_accepted_by_number_with_unread_bytes_resets.c - a file had its number
 * before */
#include "tcp.h"

int main(int argc, char **argv)
{
	int listener = tcp_listen(own_address(argc, argv), 1);
	int client = tcp_client(listener);
	int file = dup(STDERR_FILENO), fd;

	await(listener, POLLIN);
	MUST(write(file, "", 0) == 0 && close(file) == 0);
	fd = (int)syscall(SYS_accept4, listener, NULL, NULL, 0);
	MUST(fd == file);
	tcp_deliver(client, fd, 11);
	SAY(close(fd));
	return 0;
}
