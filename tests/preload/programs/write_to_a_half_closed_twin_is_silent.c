/* SPDX-License-Identifier: MIT */
/* write_to_a_half_closed_twin_is_silent.c - in another network namespace the
 * same two addresses are those of a connection that is closed */
#include <net/if.h>
#include <sched.h>

#include "tcp.h"

static struct address at(const char *address, int port)
{
	struct address a = address_of(address);

	a.v4.sin_port = htons((in_port_t)port);
	return a;
}

static int bound(struct address a)
{
	int fd = socket(a.any.sa_family, SOCK_STREAM, 0);

	MUST(fd >= 0 && bind(fd, &a.any, a.len) == 0);
	return fd;
}

/* The same ports each time. */
static struct pair pair_of(const char *address)
{
	struct address here = at(address, 6000), there = at(address, 5000);
	int listener = bound(there);
	struct pair p = {.ours = bound(here)};

	MUST(listen(listener, 1) == 0);
	MUST(connect(p.ours, &there.any, there.len) == 0);
	p.theirs = tcp_accept(listener);
	close(listener);
	return p;
}

static void enter_new_namespace(void)
{
	struct ifreq lo = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING};
	int fd;

	MUST(unshare(CLONE_NEWNET) == 0);
	fd = socket(AF_INET, SOCK_DGRAM, 0);
	MUST(ioctl(fd, SIOCSIFFLAGS, &lo) == 0);
	close(fd);
}

int main(int argc, char **argv)
{
	const char *address = own_address(argc, argv);
	struct pair closed = pair_of(address), open;
	char data[8];

	SAY(close(closed.theirs));
	await(closed.ours, POLLRDHUP);
	enter_new_namespace();
	open = pair_of(address);
	SAY(shutdown(open.theirs, SHUT_WR));
	await(open.ours, POLLRDHUP);
	SAY(write(open.ours, "hello", 5));
	SAY(read(open.theirs, data, sizeof(data)));
	return 0;
}
