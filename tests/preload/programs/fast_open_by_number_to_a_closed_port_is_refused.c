/* SPDX-License-Identifier: MIT */
/* fast_open_by_number_to_a_closed_port_is_refused.c - syscall(2) */
#include "tcp.h"

int main(int argc, char **argv)
{
	int listener = tcp_listen(own_address(argc, argv), 1);
	struct address gone = name_of(listener);
	int fd = tcp_socket_of(gone, 0);

	close(listener);
	SAY(syscall(SYS_sendto, fd, "early", 5, MSG_FASTOPEN, &gone.any,
		    gone.len));
	SAY(close(fd));
	return 0;
}
