/* SPDX-License-Identifier: MIT */
/* linger_zero_that_only_a_counter_tells_of_is_silent.c - TCPAbortOnData */
#include <fcntl.h>

#include "counter.h"

int main(int argc, char **argv)
{
	int listener = tcp_listen(own_address(argc, argv), 1);
	struct address to = name_of(listener);
	int client = tcp_socket_of(to, 0);
	long before = counter("TCPAbortOnData");

	tcp_deafen(listener);
	MUST(fcntl(client, F_SETFL, O_NONBLOCK) == 0);
	SAY(connect(client, &to.any, to.len));
	tcp_linger(client, 1, 0);
	SAY(close(client));
	SAY(counter("TCPAbortOnData") - before);
	return 0;
}
