/* SPDX-License-Identifier: MIT */
/* capture.h - reads packets from capture files of every kind, one by one. */
#ifndef RSTWATCH_CAPTURE_H
#define RSTWATCH_CAPTURE_H

#include <stddef.h>
#include <stdint.h>

#include "stream.h"

/*
 * One captured packet, valid until the next call of capture_next(). linktype
 * is a LINKTYPE_ value of tcpdump.org, whatever the file calls it. frame
 * counts from 1 over the whole file, as Wireshark does. ts_ns is realtime, ns
 * since 1970; 0 where the block has no time (a simple packet block).
 */
struct packet {
	uint64_t ts_ns;
	const uint8_t *data;
	uint64_t frame;
	uint32_t caplen; /* bytes in data */
	uint32_t len;	 /* bytes on the wire */
	uint32_t linktype;
	uint32_t interface; /* number of the interface in the file, from 0 */
};

struct capture;

enum { CAPTURE_ERROR_MAX = 512 };

/*
 * True if the first len bytes of a file (64 are enough) look like a capture:
 * pcap, pcapng, or either of them in gzip or zstd.
 */
_Bool capture_is_capture(const uint8_t *head, size_t len);

/*
 * Opens path ("-" is standard input). NULL on failure, and then why holds one
 * sentence that names the file. The caller closes it with capture_close().
 */
struct capture *capture_open(const char *path, char why[CAPTURE_ERROR_MAX]);

/* The same on s, which is closed with the capture, on failure at once. */
struct capture *capture_open_stream(struct stream *s,
				    char why[CAPTURE_ERROR_MAX]);

/*
 * The next packet: 1 and *p filled, 0 at the end, -1 where the file is cut or
 * damaged; then capture_error() says in one sentence where (file, byte offset,
 * what was expected). After -1 there are no further packets; those before it
 * are good.
 */
int capture_next(struct capture *c, struct packet *p);

const char *capture_error(const struct capture *c);

/* Bytes of the file (compressed, where it is) consumed so far, and in all;
 * total is 0 where it can't be known (a pipe). For a progress bar. */
void capture_progress(const struct capture *c, uint64_t *done, uint64_t *total);

void capture_close(struct capture *c);

#endif
