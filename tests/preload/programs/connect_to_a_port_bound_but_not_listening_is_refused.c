/* SPDX-License-Identifier: MIT */
/* connect_to_a_port_bound_but_not_listening_is_refused.c - bind is not listen
 */
#include "tcp.h"

int main(int argc, char **argv)
{
	int bound = tcp_socket(own_address(argc, argv));
	int fd = tcp_socket(own_address(argc, argv));

	SAY(tcp_connect(fd, bound));
	return 0;
}
