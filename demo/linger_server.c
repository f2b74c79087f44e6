/* SPDX-License-Identifier: MIT */
/* linger_server.c - story 5: avoids TIME_WAIT, at the price of the answer. */
#include "tcp.h"

enum { ANSWER_BYTES = 256 * 1024 };

int main(int argc, char **argv)
{
	static const char answer[ANSWER_BYTES];
	const struct linger abort_on_close = {.l_onoff = 1, .l_linger = 0};
	int listener = tcp_listen(port_argument(argc, argv));
	int fd = tcp_accept(listener);
	ssize_t n;

	setsockopt(fd, SOL_SOCKET, SO_LINGER, &abort_on_close,
		   sizeof(abort_on_close));
	n = write(fd, answer, sizeof(answer));
	if (n < 0)
		die("server: write");
	printf("server: wrote %zd bytes, closing at once\n", n);
	close(fd); /* what is still in the send queue is thrown away */
	close(listener);
	return 0;
}
