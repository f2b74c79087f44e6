/* SPDX-License-Identifier: MIT */
/* address.h - from the kernel's addresses to ours, and what kind they are. */
#ifndef RSTWATCH_ADDRESS_H
#define RSTWATCH_ADDRESS_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>

#include "rstwatch/addr.h"

/* ip in network byte order, 4 or 16 bytes; v4-mapped becomes IPv4 (addr.h). */
static inline void addr_set(struct rst_addr *a, int family, const void *ip,
			    uint16_t port)
{
	static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
	bool is_mapped = family == AF_INET6 && !memcmp(ip, mapped, 12);
	bool is_ipv4 = family == AF_INET || is_mapped;

	memset(a, 0, sizeof(*a));
	a->family = is_ipv4 ? 4 : 6;
	a->port = port;
	memcpy(a->ip, (const char *)ip + (is_mapped ? 12 : 0),
	       is_ipv4 ? 4 : 16);
}

/* False, and *a zero, where from is no Internet address. */
static inline bool addr_from_sockaddr(struct rst_addr *a,
				      const struct sockaddr_storage *from)
{
	const struct sockaddr_in *in = (const void *)from;
	const struct sockaddr_in6 *in6 = (const void *)from;

	memset(a, 0, sizeof(*a));
	if (from->ss_family == AF_INET)
		addr_set(a, AF_INET, &in->sin_addr, ntohs(in->sin_port));
	else if (from->ss_family == AF_INET6)
		addr_set(a, AF_INET6, &in6->sin6_addr, ntohs(in6->sin6_port));
	return a->family != 0;
}

static inline bool addr_is_same_ip(const struct rst_addr *a,
				   const struct rst_addr *b)
{
	return a->family == b->family && !memcmp(a->ip, b->ip, sizeof(a->ip));
}

/* 0.0.0.0 or :: */
static inline bool addr_is_any(const struct rst_addr *a)
{
	static const uint8_t any[16];

	return a->family != 0 && !memcmp(a->ip, any, sizeof(any));
}

/* 127.0.0.0/8 or ::1 */
static inline bool addr_is_loopback(const struct rst_addr *a)
{
	static const uint8_t loopback6[16] = {[15] = 1};

	if (a->family == 4)
		return a->ip[0] == 127;
	return a->family == 6 && !memcmp(a->ip, loopback6, sizeof(loopback6));
}

/* fe80::/10, which means nothing without an interface. */
static inline bool addr_is_link_local(const struct rst_addr *a)
{
	return a->family == 6 && a->ip[0] == 0xfe && (a->ip[1] & 0xc0) == 0x80;
}

#endif
