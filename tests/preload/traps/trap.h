/* SPDX-License-Identifier: MIT */
/* trap.h - what the programs that set traps have in common. */
#ifndef TESTS_TRAP_H
#define TESTS_TRAP_H

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define CHECK(x) \
	do { \
		if (!(x)) { \
			dprintf(STDERR_FILENO, "%s:%d: %s: %s\n", __FILE__, \
				__LINE__, #x, strerror(errno)); \
			_exit(99); \
		} \
	} while (0)

static inline int listener(struct sockaddr_in *addr)
{
	socklen_t len = sizeof(*addr);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	*addr = (struct sockaddr_in){.sin_family = AF_INET};
	addr->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	CHECK(fd >= 0 && bind(fd, (void *)addr, len) == 0);
	CHECK(listen(fd, 128) == 0);
	CHECK(getsockname(fd, (void *)addr, &len) == 0);
	return fd;
}

/* A client (0) and a server (1) of one connection. */
static inline void tcp_pair(int fd[2])
{
	struct sockaddr_in addr;
	int l = listener(&addr);

	fd[0] = socket(AF_INET, SOCK_STREAM, 0);
	CHECK(fd[0] >= 0);
	CHECK(connect(fd[0], (void *)&addr, sizeof(addr)) == 0);
	fd[1] = accept(l, NULL, NULL);
	CHECK(fd[1] >= 0 && close(l) == 0);
}

/* The same, and 5 bytes wait at the server: its close resets. */
static inline void unread_pair(int fd[2])
{
	struct pollfd p;

	tcp_pair(fd);
	CHECK(write(fd[0], "hello", 5) == 5);
	p = (struct pollfd){.fd = fd[1], .events = POLLIN};
	CHECK(poll(&p, 1, 5000) == 1);
}

/* One reset, which is to be in the log. */
static inline void reset_once(void)
{
	int fd[2];

	unread_pair(fd);
	CHECK(close(fd[1]) == 0);
	CHECK(close(fd[0]) == 0);
}

#endif
