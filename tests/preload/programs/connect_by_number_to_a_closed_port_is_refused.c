/* SPDX-License-Identifier: MIT */
/* connect_by_number_to_a_closed_port_is_refused.c - syscall(2), not connect(2)
 */
#include "tcp.h"

int main(int argc, char **argv)
{
	const char *address = own_address(argc, argv);
	struct address to = name_of(tcp_socket(address));
	int fd = tcp_socket(address);

	SAY(syscall(SYS_connect, fd, &to.any, to.len));
	return 0;
}
