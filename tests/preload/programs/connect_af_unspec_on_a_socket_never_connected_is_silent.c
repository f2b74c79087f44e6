/* SPDX-License-Identifier: MIT */
/* connect_af_unspec_on_a_socket_never_connected_is_silent.c - nothing to end */
#include "tcp.h"

int main(int argc, char **argv)
{
	int fd = tcp_socket(own_address(argc, argv));
	struct sockaddr none = {.sa_family = AF_UNSPEC};

	SAY(connect(fd, &none, sizeof(none)));
	SAY(close(fd));
	return 0;
}
