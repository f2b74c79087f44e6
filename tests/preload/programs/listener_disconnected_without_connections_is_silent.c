/* SPDX-License-Identifier: MIT */
/* listener_disconnected_without_connections_is_silent.c - nobody waits */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct sockaddr none = {.sa_family = AF_UNSPEC};
	int listener = tcp_listen(own_address(argc, argv), 4);

	SAY(connect(listener, &none, sizeof(none)));
	return 0;
}
