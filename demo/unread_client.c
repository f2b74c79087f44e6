/* SPDX-License-Identifier: MIT */
/* unread_client.c - story 4: sends a request, reads to end of file. */
#include <string.h>

#include "tcp.h"

int main(int argc, char **argv)
{
	static const char request[] = "PUT /photo 11\n\n\nhello world";
	int fd = tcp_connect(port_argument(argc, argv));
	char answer[64];
	ssize_t n;

	if (fd < 0)
		return 1;
	if (write(fd, request, strlen(request)) < 0)
		die("client: write");
	printf("client: sent %zu bytes\n", strlen(request));
	while ((n = read(fd, answer, sizeof(answer))) > 0)
		printf("client: got %.*s", (int)n, answer);
	if (n < 0)
		perror("client: read");
	close(fd);
	return 0;
}
