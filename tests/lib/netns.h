/* SPDX-License-Identifier: MIT */
/* netns.h - a network of its own for each scenario of a test. */
#ifndef TESTS_NETNS_H
#define TESTS_NETNS_H

#include <netinet/in.h>

enum { NETNS_ERROR_MAX = 256 };

/*
 * An address pair that no other scenario on this machine uses now: the
 * kernel's tracepoints come from all namespaces and say not from which.
 */
struct netns_address {
	char v4[INET_ADDRSTRLEN];
	char v6[INET6_ADDRSTRLEN];
};

struct netns_address netns_new_address(void);

/*
 * Moves the calling thread into a new network namespace whose lo is up and has
 * address (v4 needs nothing, all of 127/8 is there). It goes away with its
 * last process and socket. 0, or -1 and one sentence in why.
 */
int netns_enter(const struct netns_address *address, char why[NETNS_ERROR_MAX]);

/* Sets /proc/sys/net/NAME of the calling thread's namespace: 0 or -1. */
int netns_sysctl(const char *name, const char *value);

#endif
