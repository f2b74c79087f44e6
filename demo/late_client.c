/* SPDX-License-Identifier: MIT */
/* late_client.c - story 3: takes the first line for the answer and leaves. */
#include "tcp.h"

int main(int argc, char **argv)
{
	int fd = tcp_connect(port_argument(argc, argv));
	char line[64];
	ssize_t n;

	if (fd < 0)
		return 1;
	n = read(fd, line, sizeof(line));
	if (n < 0)
		die("client: read");
	printf("client: got \"%.*s\", closing\n", (int)n, line);
	close(fd);
	return 0;
}
