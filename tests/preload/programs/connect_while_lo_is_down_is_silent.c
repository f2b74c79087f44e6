/* SPDX-License-Identifier: MIT */
/* connect_while_lo_is_down_is_silent.c - the SYN is lost */
#include <net/if.h>

#include "tcp.h"

int main(int argc, char **argv)
{
	struct ifreq lo = {.ifr_name = "lo"};
	struct address to = address_of(own_address(argc, argv));
	int fd = socket(to.any.sa_family, SOCK_STREAM | SOCK_NONBLOCK, 0);

	to.v4.sin_port = htons(9);
	MUST(ioctl(fd, SIOCSIFFLAGS, &lo) == 0);
	SAY(connect(fd, &to.any, to.len));
	SAY(close(fd));
	return 0;
}
