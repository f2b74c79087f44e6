/* SPDX-License-Identifier: MIT */
/* near.h - whether an address is this host's, as this thread sees it. */
#ifndef RSTWATCH_NEAR_H
#define RSTWATCH_NEAR_H

#include <stdbool.h>
#include <sys/socket.h>

#include "rstwatch/addr.h"

/*
 * True if both ends of a connection are surely sockets of one network
 * namespace: loopback never leaves it, and an address is its own peer only by
 * the loopback route. Pure.
 */
bool near_pair(const struct rst_addr *local, const struct rst_addr *peer);

/*
 * The same, or both are addresses of this host's, although different ones: of
 * fd, connected to peer. Where peer is another host this costs one
 * getsockopt(2).
 */
bool near_is_here(int fd, const struct rst_addr *local,
		  const struct rst_addr *peer);

/*
 * True if a is an address of this host: loopback, or the kernel would take it
 * as source for itself, which a datagram socket's connect() tells without
 * sending anything. False for some secondary addresses. Raw system calls only.
 */
bool near_is_own(const struct rst_addr *a);

/*
 * False if connect(2) of the TCP socket fd to that address, which is this
 * host's, surely fails, or reaches nobody, before or without a SYN: the wrong
 * length or kind of address, no way to it, lo down. Raw system calls only.
 */
bool near_takes(int fd, const struct sockaddr_storage *to, socklen_t len);

/* False if this network namespace's clients may not use TCP Fast Open. */
bool near_has_fast_open(void);

/*
 * False if netfilter follows no connection in this network namespace, so that
 * none can be translated (DNAT, REDIRECT) to another address than it names;
 * true also where that can't be told. Raw system calls only.
 */
bool near_may_be_nat(void);

/*
 * False if no listener of this network namespace has ever sent a SYN cookie
 * (costs some 100 us).
 */
bool near_may_be_cookie(void);

#endif
