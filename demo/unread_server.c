/* SPDX-License-Identifier: MIT */
/* unread_server.c - story 4: answers before it has read the whole request. */
#include <string.h>

#include "tcp.h"

int main(int argc, char **argv)
{
	static const char answer[] = "413 too large\n";
	int listener = tcp_listen(port_argument(argc, argv));
	int fd = tcp_accept(listener);
	char head[16];
	ssize_t n = read(fd, head, sizeof(head));

	if (n < 0)
		die("server: read");
	printf("server: read %zd bytes, answering and closing\n", n);
	if (write(fd, answer, strlen(answer)) < 0)
		die("server: write");
	close(fd); /* the rest of the request is still in the queue */
	close(listener);
	return 0;
}
