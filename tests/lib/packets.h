/* SPDX-License-Identifier: MIT */
/* packets.h - builds packets in memory, from the inside outwards. */
#ifndef TESTS_PACKETS_H
#define TESTS_PACKETS_H

#include <stdio.h>

#include "capture.h"
#include "segment.h"

/*
 * The packet grows towards the front: first its segment, then whatever is
 * around it, each with the right length for what it holds.
 */
struct bytes {
	uint8_t buf[4096];
	size_t start;
};

uint8_t *bytes_at(struct bytes *b); /* the first byte */
size_t bytes_len(const struct bytes *b);

/* Empty; add layers with the functions below. */
void bytes_begin(struct bytes *b);

/* n bytes before what there is. */
uint8_t *bytes_prepend(struct bytes *b, size_t n);

/* The TCP header of s with its options, and len bytes of zeros or payload. */
void bytes_tcp(struct bytes *b, const struct segment *s);

/* An IP header with the addresses of s around it. */
void bytes_ip(struct bytes *b, const struct segment *s, uint8_t protocol);

void bytes_ethernet(struct bytes *b, uint16_t type);
void bytes_vlan(struct bytes *b, uint16_t tag_type, uint16_t type);

/* As capture_next() would hand it over. */
struct packet bytes_packet(struct bytes *b, uint32_t linktype);

/* "127.0.0.1" or "::1". */
struct rst_addr address(const char *ip, uint16_t port);

/* A pcap file of Ethernet frames, times in ns. */
void pcap_begin(FILE *f);
void pcap_add(FILE *f, const struct segment *s);

#endif
