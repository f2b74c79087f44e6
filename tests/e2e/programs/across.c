/* SPDX-License-Identifier: MIT */
/* across.c - two hosts that reset each other's connections, one by one. */
#include <stdlib.h>

#include "../../preload/programs/tcp.h"

/*
 * across serve ADDRESS PORT COUNT
 * across call ADDRESS PORT COUNT [OWN_PORT]
 *
 * Each connection has numbers of bytes of its own. The server leaves some of a
 * request unread, except of the last, which the client aborts. With a port of
 * its own the client has the same for all, and numbers that wrap.
 */
enum { READ = 5 };

static int request_len(int i)
{
	return 20 + 3 * i;
}

static void serve(int fd, int i, int count)
{
	char data[4096];

	if (i == count - 1) {
		while (read(fd, data, sizeof(data)) > 0)
			;
		close(fd);
		return;
	}
	await_bytes(fd, request_len(i));
	MUST(read(fd, data, READ) == READ);
	MUST(write(fd, data, (size_t)(10 + i)) == 10 + i);
	close(fd);
}

static void call(int fd, int i, int count)
{
	char data[4096] = "";

	if (i == count - 1) {
		MUST(write(fd, data, 7) == 7);
		tcp_linger(fd, 1, 0);
		close(fd);
		return;
	}
	MUST(write(fd, data, (size_t)request_len(i)) == request_len(i));
	while (read(fd, data, sizeof(data)) > 0)
		;
	close(fd);
}

/* tcp_v4_connect() keeps a number that was set while no segment was sent. */
static void begin_near_the_end(int fd)
{
	tcp_option(fd, IPPROTO_TCP, TCP_REPAIR, 1);
	tcp_option(fd, IPPROTO_TCP, TCP_REPAIR_QUEUE, TCP_SEND_QUEUE);
	tcp_option(fd, IPPROTO_TCP, TCP_QUEUE_SEQ, -10);
	tcp_option(fd, IPPROTO_TCP, TCP_REPAIR, 0);
}

static int client(const struct address *to, int own_port)
{
	struct sockaddr_in own = {.sin_family = AF_INET,
				  .sin_port = htons((in_port_t)own_port)};
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	MUST(fd >= 0);
	if (own_port) {
		begin_near_the_end(fd);
		tcp_option(fd, SOL_SOCKET, SO_REUSEADDR, 1);
		MUST(!bind(fd, (struct sockaddr *)&own, sizeof(own)));
	}
	MUST(connect(fd, &to->any, to->len) == 0);
	return fd;
}

int main(int argc, char **argv)
{
	int is_server, count, own_port, listener = -1;
	struct address a;

	if (argc < 5)
		return 99;
	is_server = !strcmp(argv[1], "serve");
	a = address_of(argv[2]);
	a.v4.sin_port = htons((in_port_t)atoi(argv[3]));
	count = atoi(argv[4]);
	own_port = argc > 5 ? atoi(argv[5]) : 0;
	if (is_server) {
		listener = socket(AF_INET, SOCK_STREAM, 0);
		tcp_option(listener, SOL_SOCKET, SO_REUSEADDR, 1);
		MUST(bind(listener, &a.any, a.len) == 0);
		MUST(listen(listener, 8) == 0);
		dprintf(1, "listening\n");
	}
	for (int i = 0; i < count; i++) {
		int fd = is_server ? tcp_accept(listener)
				   : client(&a, own_port);

		(is_server ? serve : call)(fd, i, count);
	}
	return 0;
}
