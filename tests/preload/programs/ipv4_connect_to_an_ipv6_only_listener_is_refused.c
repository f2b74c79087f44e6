/* SPDX-License-Identifier: MIT */
/* ipv4_connect_to_an_ipv6_only_listener_is_refused.c - IPV6_V6ONLY keeps IPv4
 * out */
#include "tcp.h"

int main(int argc, char **argv)
{
	struct address any = address_of("::");
	struct address to = address_of(own_address(argc, argv));
	int listener = socket(AF_INET6, SOCK_STREAM, 0);
	int fd = tcp_socket(own_address(argc, argv));

	tcp_option(listener, IPPROTO_IPV6, IPV6_V6ONLY, 1);
	MUST(bind(listener, &any.any, any.len) == 0);
	MUST(listen(listener, 1) == 0);
	to.v4.sin_port = name_of(listener).v6.sin6_port;
	SAY(connect(fd, &to.any, to.len));
	SAY(close(listener));
	return 0;
}
