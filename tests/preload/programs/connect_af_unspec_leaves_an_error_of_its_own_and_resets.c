/* SPDX-License-Identifier: MIT */
/* connect_af_unspec_leaves_an_error_of_its_own_and_resets.c - ECONNRESET for
 * whoever did it */
#include "tcp.h"

int main(int argc, char **argv)
{
	const struct sockaddr none = {.sa_family = AF_UNSPEC};
	struct pair p = tcp_pair(own_address(argc, argv));
	int error = 0;
	socklen_t len = sizeof(error);

	SAY(connect(p.ours, &none, sizeof(none)));
	SAY(getsockopt(p.ours, SOL_SOCKET, SO_ERROR, &error, &len));
	SAY(error == ECONNRESET);
	SAY(close(p.ours));
	return 0;
}
