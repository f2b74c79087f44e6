/* SPDX-License-Identifier: MIT */
/* close_with_linger_zero_in_syn_sent_is_silent.c - there is no connection yet
 */
#include <fcntl.h>

#include "tcp.h"

int main(int argc, char **argv)
{
	int listener = tcp_listen(own_address(argc, argv), 1);
	int fd = tcp_socket_of(name_of(listener), 0);

	MUST(fcntl(fd, F_SETFL, O_NONBLOCK) == 0);
	tcp_deafen(listener);
	SAY(tcp_connect(fd, listener));
	await_state(fd, TCP_SYN_SENT);
	tcp_linger(fd, 1, 0);
	SAY(close(fd));
	return 0;
}
