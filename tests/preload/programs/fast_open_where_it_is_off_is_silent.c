/* SPDX-License-Identifier: MIT */
/* fast_open_where_it_is_off_is_silent.c - nobody listens, nothing is sent */
#include "tcp.h"

int main(int argc, char **argv)
{
	int listener = tcp_listen(own_address(argc, argv), 1);
	struct address gone = name_of(listener);
	int fd = tcp_socket_of(gone, 0);

	close(listener);
	SAY(sendto(fd, "early", 5, MSG_FASTOPEN, &gone.any, gone.len));
	SAY(close(fd));
	return 0;
}
