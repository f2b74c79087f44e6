/* SPDX-License-Identifier: MIT */
/* the_sockets_error_is_the_programs_to_take.c - SO_ERROR is read by nobody
 * else: that would clear it. */
#include <fcntl.h>

#include "trap.h"

static void take(int fd)
{
	socklen_t len = sizeof(int);
	int error = -1;

	CHECK(getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) == 0);
	printf("%s\n", strerror(error));
}

static void wait_for(int fd, short event)
{
	struct pollfd p = {.fd = fd, .events = event};

	CHECK(poll(&p, 1, 5000) == 1);
}

int main(void)
{
	struct sockaddr_in addr = {.sin_family = AF_INET, .sin_port = htons(1)};
	int fd[2], fresh = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	connect(fresh, (void *)&addr, sizeof(addr));
	wait_for(fresh, POLLOUT);
	CHECK(close(dup(fresh)) == 0);
	take(fresh);
	take(fresh);
	unread_pair(fd);
	CHECK(close(fd[1]) == 0);
	wait_for(fd[0], POLLRDHUP);
	CHECK(dup2(fd[0], 40) == 40 && close(40) == 0);
	take(fd[0]);
	take(fd[0]);
	return 0;
}
