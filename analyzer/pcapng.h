/* SPDX-License-Identifier: MIT */
/* pcapng.h - walks the blocks of a pcapng file (draft-ietf-opsawg-pcapng). */
#ifndef RSTWATCH_PCAPNG_H
#define RSTWATCH_PCAPNG_H

#include <stddef.h>
#include <stdint.h>

#include "capture.h"
#include "stream.h"

enum pcapng_type {
	PCAPNG_INTERFACE = 1,
	PCAPNG_PACKET = 2, /* obsolete */
	PCAPNG_SIMPLE = 3,
	PCAPNG_ENHANCED = 6,
	PCAPNG_SECTION = 0x0a0d0d0a,
};

enum {
	PCAPNG_ORDER_MAGIC = 0x1a2b3c4d,     /* in a section's own order */
	PCAPNG_BLOCK_MAX = 16 * 1024 * 1024, /* the same as in Wireshark */
	PCAPNG_PACKET_DATA = 28, /* where the data of a packet begins */
	PCAPNG_SIMPLE_DATA = 12,
};

/*
 * One block as it stands in the file, header and trailing length included:
 * len bytes, a multiple of 4, at least the fixed part of its type. Valid until
 * the next call of pcapng_next(). frame is the number that Wireshark gives it,
 * 0 where it is none of the blocks that Wireshark shows as a frame.
 */
struct pcapng_block {
	const uint8_t *bytes;
	uint32_t len;
	uint32_t type; /* enum pcapng_type, or another */
	uint64_t offset;
	uint64_t frame;
	_Bool is_swapped; /* its section has the other byte order */
};

struct pcapng;

/* True if the first len bytes are those of a section header block. */
_Bool pcapng_is_pcapng(const uint8_t *head, size_t len);

/* Reads on from s, which stays the caller's; NULL where memory is short. */
struct pcapng *pcapng_open(struct stream *s);

/*
 * The next block: 1, 0 at the end, -1 where the file is cut or damaged; then
 * pcapng_error() says where and what was expected.
 */
int pcapng_next(struct pcapng *n, struct pcapng_block *b);

/*
 * The packet that pcapng_next() just gave as b: 1, 0 where b holds none, -1
 * where b is damaged.
 */
int pcapng_packet(struct pcapng *n, const struct pcapng_block *b,
		  struct packet *p);

const char *pcapng_error(const struct pcapng *n);

void pcapng_close(struct pcapng *n);

/* Numbers of a block, at an offset inside it, in its section's byte order. */
uint16_t pcapng_u16(const struct pcapng_block *b, size_t at);
uint32_t pcapng_u32(const struct pcapng_block *b, size_t at);
uint64_t pcapng_u64(const struct pcapng_block *b, size_t at);

#endif
