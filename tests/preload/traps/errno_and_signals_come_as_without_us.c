/* SPDX-License-Identifier: MIT */
/* errno_and_signals_come_as_without_us.c - a handler for SIGPIPE runs first. */
#include <signal.h>

#include "trap.h"

static volatile sig_atomic_t pipes;
static volatile int seen; /* by the handler */

static void on_pipe(int sig)
{
	(void)sig;
	pipes++;
	seen = errno;
	errno = ENOTTY;
}

static void write_once(int fd)
{
	ssize_t n;

	errno = ENOMEDIUM;
	n = write(fd, "x", 1);
	printf("%zd %s %d %d\n", n, n < 0 ? strerror(errno) : "", (int)pipes,
	       seen == ENOMEDIUM);
}

int main(void)
{
	struct sockaddr_in addr = {.sin_family = AF_INET, .sin_port = htons(1)};
	int fd[2], fresh = socket(AF_INET, SOCK_STREAM, 0);
	sigset_t set;

	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	signal(SIGPIPE, on_pipe);
	unread_pair(fd);
	errno = ENOMEDIUM;
	CHECK(close(fd[1]) == 0);
	printf("%d\n", errno == ENOMEDIUM);
	for (int i = 0; i < 3; i++)
		write_once(fd[0]);
	/* The first that we hear of its end. */
	tcp_pair(fd);
	CHECK(close(fd[1]) == 0);
	for (int i = 0; i < 2; i++) {
		struct pollfd p = {.fd = fd[0], .events = POLLRDHUP};

		CHECK(poll(&p, 1, 5000) == 1);
		write_once(fd[0]);
	}
	errno = ENOMEDIUM;
	fflush(stdout);
	CHECK(fclose(fmemopen(NULL, 10, "w")) == 0);
	printf("%d\n", errno == ENOMEDIUM);
	printf("%d ", connect(fresh, (void *)&addr, sizeof(addr)));
	printf("%s\n", strerror(errno));
	sigprocmask(SIG_SETMASK, NULL, &set);
	printf("%d\n", sigismember(&set, SIGPIPE));
	return 0;
}
