/* SPDX-License-Identifier: MIT */
/* tcp.h - what every demo program needs to open a connection on loopback. */
#ifndef DEMO_TCP_H
#define DEMO_TCP_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static inline void die(const char *what)
{
	perror(what);
	exit(1);
}

static inline struct sockaddr_in loopback(int port)
{
	return (struct sockaddr_in){
		.sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
}

/* The port on the command line; 0 where there is none: any free one. */
static inline int port_argument(int argc, char **argv)
{
	setlinebuf(stdout); /* a line is seen when it is printed */
	return argc > 1 ? (int)strtol(argv[1], NULL, 10) : 0;
}

static inline int tcp_listen(int port)
{
	struct sockaddr_in a = loopback(port);
	socklen_t len = sizeof(a);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0)
		die("server: socket");
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
	if (bind(fd, (struct sockaddr *)&a, sizeof(a)) || listen(fd, 16) ||
	    getsockname(fd, (struct sockaddr *)&a, &len))
		die("server: listen");
	printf("server: listening on 127.0.0.1:%d\n", ntohs(a.sin_port));
	return fd;
}

static inline int tcp_accept(int listener)
{
	int fd = accept(listener, NULL, NULL);

	if (fd < 0)
		die("server: accept");
	return fd;
}

/* A connection, or -1 where nobody accepts it; errno says why. */
static inline int tcp_connect(int port)
{
	struct sockaddr_in a = loopback(port);
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0)
		die("client: socket");
	if (!connect(fd, (struct sockaddr *)&a, sizeof(a)))
		return fd;
	perror("client: connect");
	close(fd);
	return -1;
}

#endif
