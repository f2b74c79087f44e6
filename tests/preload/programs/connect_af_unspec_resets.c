/* SPDX-License-Identifier: MIT */
/* connect_af_unspec_resets.c - and leaves its error to the program */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));
	struct sockaddr none = {.sa_family = AF_UNSPEC};
	int error = 0;
	socklen_t len = sizeof(error);

	SAY(connect(p.ours, &none, sizeof(none)));
	SAY(getsockopt(p.ours, SOL_SOCKET, SO_ERROR, &error, &len));
	SAY(error == ECONNRESET);
	return 0;
}
