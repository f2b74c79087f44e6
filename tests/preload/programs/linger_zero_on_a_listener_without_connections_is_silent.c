/* SPDX-License-Identifier: MIT */
/* linger_zero_on_a_listener_without_connections_is_silent.c - nobody to reset
 */
#include "tcp.h"

int main(int argc, char **argv)
{
	int listener = tcp_listen(own_address(argc, argv), 1);

	tcp_linger(listener, 1, 0);
	SAY(close(listener));
	return 0;
}
