/* SPDX-License-Identifier: MIT */
/* netns.c - enters a new network namespace and sets it up. */
#include "netns.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <poll.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

struct netns_address netns_new_address(void)
{
	static unsigned count;
	/* 10 bits of scenario, 14 of process: 127.0.x.y is left to others. */
	unsigned process = (unsigned)getpid() & 0x3fff;
	unsigned n = process << 10 | (count++ & 0x3ff);
	unsigned a = n >> 16 ? n >> 16 : 255;
	unsigned b = n >> 8 & 0xff;
	unsigned c = n & 0xff;
	struct netns_address address;

	snprintf(address.v4, sizeof(address.v4), "127.%u.%u.%u", a, b, c);
	snprintf(address.v6, sizeof(address.v6), "fd72:7374::%x:%x", a,
		 b << 8 | c);
	return address;
}

/* struct in6_ifreq stands in <linux/ipv6.h>, which no libc header bears. */
struct address_request {
	struct in6_addr address;
	uint32_t prefix_len;
	int interface;
};

static int set_up_lo(void)
{
	struct ifreq lo = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int rc = ioctl(fd, SIOCSIFFLAGS, &lo);

	close(fd);
	return rc;
}

/* The kernel finishes a new address, and its route, in a work of its own. */
static bool is_usable(const struct in6_addr *ip)
{
	struct sockaddr_in6 a = {.sin6_family = AF_INET6, .sin6_addr = *ip};
	int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	bool is_done = bind(fd, (struct sockaddr *)&a, sizeof(a)) == 0;

	a.sin6_port = htons(9);
	is_done = is_done && connect(fd, (struct sockaddr *)&a, sizeof(a)) == 0;
	close(fd);
	return is_done;
}

static int add_ipv6(const struct netns_address *address)
{
	struct address_request v6 = {.prefix_len = 128, .interface = 1};
	int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int rc;

	if (fd < 0) /* a kernel without IPv6 has none to give */
		return 0;
	inet_pton(AF_INET6, address->v6, &v6.address);
	rc = ioctl(fd, SIOCSIFADDR, &v6);
	close(fd);
	for (int ms = 0; rc == 0 && !is_usable(&v6.address); ms++) {
		poll(NULL, 0, 1);
		if (ms == 1000)
			rc = -1;
	}
	return rc;
}

int netns_enter(const struct netns_address *address, char why[NETNS_ERROR_MAX])
{
	const char *step = "unshare(CLONE_NEWNET)";

	if (unshare(CLONE_NEWNET) == 0) {
		step = "setting up lo in a new network namespace";
		if (set_up_lo() == 0 && add_ipv6(address) == 0)
			return 0;
	}
	snprintf(why, NETNS_ERROR_MAX, "%s: %s", step, strerror(errno));
	return -1;
}

int netns_sysctl(const char *name, const char *value)
{
	char path[128];
	int fd;
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/sys/net/%s", name);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	n = write(fd, value, strlen(value));
	close(fd);
	return n == (ssize_t)strlen(value) ? 0 : -1;
}
