/* SPDX-License-Identifier: MIT */
/* keepalive_server.c - story 2: keeps a session whose client has left. */
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>

#include "tcp.h"

/* Ask an idle peer every two seconds whether it is still there. */
static void keep_alive(int fd)
{
	int seconds = 2;

	setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &(int){1}, sizeof(int));
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &seconds, sizeof(int));
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &seconds, sizeof(int));
}

int main(int argc, char **argv)
{
	int listener = tcp_listen(port_argument(argc, argv));
	int fd = tcp_accept(listener);
	struct pollfd session = {.fd = fd}; /* POLLERR and POLLHUP alone */
	char login[64];
	ssize_t n;

	signal(SIGPIPE, SIG_IGN);
	keep_alive(fd);
	n = read(fd, login, sizeof(login));
	if (n < 0)
		die("server: read");
	printf("server: %.*s is logged in, the session is idle\n", (int)n,
	       login);
	/* It never asks for POLLIN, so it never learns of the client's FIN. */
	poll(&session, 1, -1);
	printf("server: the session has broken\n");
	if (write(fd, "bye", 3) < 0)
		perror("server: write");
	close(fd);
	close(listener);
	return 0;
}
