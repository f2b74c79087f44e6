/* SPDX-License-Identifier: MIT */
/* linger_client.c - story 5: reads to end of file, or as far as it gets. */
#include <poll.h>

#include "tcp.h"

enum { PATIENCE_MS = 5000 };

int main(int argc, char **argv)
{
	int fd = tcp_connect(port_argument(argc, argv));
	char buf[2048];
	size_t total = 0;
	ssize_t n;

	if (fd < 0)
		return 1;
	/* Busy with something else, until the server has ended it: more than a
	 * receive buffer is still on its way then. */
	poll(&(struct pollfd){.fd = fd}, 1, PATIENCE_MS);
	while ((n = read(fd, buf, sizeof(buf))) > 0)
		total += (size_t)n;
	if (n < 0)
		perror("client: read");
	printf("client: got %zu bytes\n", total);
	close(fd);
	return 0;
}
