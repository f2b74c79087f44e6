/* SPDX-License-Identifier: MIT */
/* pcapng_writer.h - writes blocks of pcapng and the options inside them. */
#ifndef RSTWATCH_PCAPNG_WRITER_H
#define RSTWATCH_PCAPNG_WRITER_H

#include <stddef.h>
#include <stdint.h>

#include "capture.h"
#include "outfile.h"
#include "pcapng.h"
#include "savefile.h"

/* Where to, and the byte order of the section that is being written. */
struct pcapng_writer {
	struct outfile *out;
	_Bool is_swapped;
};

enum { PCAPNG_COMMENTS = 2, PCAPNG_COMMENT_MAX = 65535 };

/* Comments for a packet, each NULL or shorter than PCAPNG_COMMENT_MAX. */
struct pcapng_comments {
	const char *text[PCAPNG_COMMENTS];
};

/* A section of this machine's byte order and unsaid length. */
void pcapng_write_section(struct pcapng_writer *w);

/* The interface that a classic pcap file has: its times are in ns or us. */
void pcapng_write_interface(struct pcapng_writer *w,
			    const struct savefile_header *h);

/*
 * A packet as an enhanced packet block; ticks in the unit of its interface,
 * which is counted in its section. comments may be NULL.
 */
void pcapng_write_packet(struct pcapng_writer *w, uint32_t interface,
			 uint64_t ticks, const struct packet *p,
			 const struct pcapng_comments *comments);

/*
 * A packet block as it was read, but for comments that come before its own
 * options. caplen is that of its packet.
 */
void pcapng_write_commented(struct pcapng_writer *w,
			    const struct pcapng_block *b, uint32_t caplen,
			    const struct pcapng_comments *comments);

#endif
