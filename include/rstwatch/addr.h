/* SPDX-License-Identifier: MIT */
/* addr.h - an IP address with a port, the same on the wire and in a log. */
#ifndef RSTWATCH_ADDR_H
#define RSTWATCH_ADDR_H

#include <stdint.h>

/*
 * family is 4 or 6, 0 where the address is unknown. An IPv4 address stands in
 * the first 4 bytes of ip, the other 12 are zero; a v4-mapped IPv6 address is
 * always stored as IPv4 (contract.md section 3). ip is in network byte order,
 * port in host byte order. No padding: two of them may be compared by memcmp.
 */
struct rst_addr {
	uint8_t ip[16];
	uint16_t port;
	uint8_t family;
	uint8_t zero;
};

_Static_assert(sizeof(struct rst_addr) == 20, "rst_addr has no padding");

#endif
