/* SPDX-License-Identifier: MIT */
/* the_error_of_a_reset_is_left_to_the_program.c - the preload never reads
 * SO_ERROR */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));
	int error = 0;
	socklen_t len = sizeof(error);

	tcp_linger(p.theirs, 1, 0);
	MUST(close(p.theirs) == 0);
	await(p.ours, POLLERR);
	SAY(shutdown(p.ours, SHUT_RDWR));
	SAY(getsockopt(p.ours, SOL_SOCKET, SO_ERROR, &error, &len));
	SAY(error == ECONNRESET);
	return 0;
}
