/* SPDX-License-Identifier: MIT */
/* across.c - two hosts that reset each other's connections, one by one. */
#include <stdlib.h>

#include "../../preload/programs/tcp.h"

/*
 * Each connection has numbers of bytes of its own. The server leaves some of a
 * request unread, except of the last, which the client aborts.
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

int main(int argc, char **argv)
{
	int is_server, count, listener = -1;
	struct address a;

	if (argc != 5)
		return 99;
	is_server = !strcmp(argv[1], "serve");
	a = address_of(argv[2]);
	a.v4.sin_port = htons((in_port_t)atoi(argv[3]));
	count = atoi(argv[4]);
	if (is_server) {
		listener = socket(AF_INET, SOCK_STREAM, 0);
		tcp_option(listener, SOL_SOCKET, SO_REUSEADDR, 1);
		MUST(bind(listener, &a.any, a.len) == 0);
		MUST(listen(listener, 8) == 0);
		dprintf(1, "listening\n");
	}
	for (int i = 0; i < count; i++) {
		int fd = is_server ? tcp_accept(listener)
				   : socket(AF_INET, SOCK_STREAM, 0);

		if (!is_server)
			MUST(connect(fd, &a.any, a.len) == 0);
		(is_server ? serve : call)(fd, i, count);
	}
	return 0;
}
