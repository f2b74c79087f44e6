/* SPDX-License-Identifier: MIT */
/* keepalive_client.c - story 2: logs in and exits; the kernel says FIN. */
#include "tcp.h"

int main(int argc, char **argv)
{
	int fd = tcp_connect(port_argument(argc, argv));

	if (fd < 0)
		return 1;
	if (write(fd, "alice", 5) < 0)
		die("client: write");
	printf("client: logged in, and exiting\n");
	return 0;
}
