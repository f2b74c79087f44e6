/* SPDX-License-Identifier: MIT */
/* connect_to_ipv6_loopback_without_ipv6_is_silent.c - ::1 comes first */
#include "tcp.h"

int main(void)
{
	struct address to = address_of("::1");
	int fd = socket(AF_INET6, SOCK_STREAM, 0);

	MUST(fd >= 0);
	to.v6.sin6_port = htons(9);
	SAY(connect(fd, &to.any, to.len));
	SAY(close(fd));
	return 0;
}
