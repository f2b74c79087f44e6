/* SPDX-License-Identifier: MIT */
/* late_server.c - story 3: writes one second after the client closed. */
#include <poll.h>
#include <signal.h>
#include <string.h>

#include "tcp.h"

static void answer(int fd, const char *text)
{
	if (write(fd, text, strlen(text)) < 0)
		perror("server: write");
	else
		printf("server: wrote \"%s\"\n", text);
}

int main(int argc, char **argv)
{
	int listener = tcp_listen(port_argument(argc, argv));
	int fd = tcp_accept(listener);
	struct pollfd broken = {.fd = fd}; /* POLLERR and POLLHUP alone */

	signal(SIGPIPE, SIG_IGN);
	answer(fd, "working on it");
	sleep(1); /* the work, longer than the client's patience */
	answer(fd, "here it is");
	/* The first write is accepted; that it was in vain shows later. */
	poll(&broken, 1, 1000);
	answer(fd, "that was all");
	close(fd);
	close(listener);
	return 0;
}
