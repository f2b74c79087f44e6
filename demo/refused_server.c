/* SPDX-License-Identifier: MIT */
/* refused_server.c - story 1: serves one client, then is gone. */
#include <string.h>

#include "tcp.h"

int main(int argc, char **argv)
{
	static const char answer[] = "last order!\n";
	int listener = tcp_listen(port_argument(argc, argv));
	int fd = tcp_accept(listener);

	printf("server: one client is enough, closing the port\n");
	close(listener);
	if (write(fd, answer, strlen(answer)) < 0)
		die("server: write");
	close(fd);
	return 0;
}
