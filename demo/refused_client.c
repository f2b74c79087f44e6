/* SPDX-License-Identifier: MIT */
/* refused_client.c - story 1: asks twice; the second time nobody listens. */
#include "tcp.h"

int main(int argc, char **argv)
{
	int port = port_argument(argc, argv);
	int fd = tcp_connect(port);
	char answer[64];
	ssize_t n;

	if (fd < 0)
		return 1;
	/* To end of file: then the server has closed its port too. */
	while ((n = read(fd, answer, sizeof(answer))) > 0)
		printf("client: got %.*s", (int)n, answer);
	close(fd);

	printf("client: asking once more\n");
	fd = tcp_connect(port);
	if (fd >= 0)
		close(fd);
	return 0;
}
