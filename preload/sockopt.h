/* SPDX-License-Identifier: MIT */
/* sockopt.h - small questions about a socket, by raw system calls. */
#ifndef RSTWATCH_SOCKOPT_H
#define RSTWATCH_SOCKOPT_H

#include <stdbool.h>

#include "rstwatch/address.h"

#include "raw.h"

/* An option that is an int; missing where the kernel has none. */
static inline int sockopt_int(int fd, int level, int name, int missing)
{
	int value = missing;
	socklen_t len = sizeof(value);

	return raw_getsockopt(fd, level, name, &value, &len) == 0 ? value
								  : missing;
}

/* SIOCINQ, SIOCOUTQ, SIOCOUTQNSD, SIOCATMARK; -1 where it fails. */
static inline int sockopt_queue(int fd, unsigned long request)
{
	int value = -1;

	return raw_ioctl(fd, request, &value) == 0 ? value : -1;
}

/* rst_probe_glance() */
static inline short sockopt_glance(int fd)
{
	struct pollfd p = {fd, POLLIN | POLLPRI | POLLRDHUP, POLLNVAL};

	raw_poll_now(&p, 1);
	return p.revents;
}

/* get is raw_getsockname or raw_getpeername. */
static inline bool
sockopt_name(int fd, int get(int fd, struct sockaddr *a, socklen_t *len),
	     struct rst_addr *a)
{
	struct sockaddr_storage name;
	socklen_t len = sizeof(name);

	memset(&name, 0, sizeof(name));
	return get(fd, (struct sockaddr *)&name, &len) == 0 &&
	       addr_from_sockaddr(a, &name);
}

#endif
