/* SPDX-License-Identifier: MIT */
/* annotate.h - copies a capture and adds comments that Wireshark shows. */
#ifndef RSTWATCH_ANNOTATE_H
#define RSTWATCH_ANNOTATE_H

#include <stddef.h>
#include <stdint.h>

#include "pcapng_writer.h"

enum { ANNOTATE_ERROR_MAX = 512 };

/* Comments for one frame, UTF-8: one for people, one for programs. */
struct annotation {
	uint64_t frame; /* as in struct packet */
	struct pcapng_comments comments;
};

enum annotate_result {
	ANNOTATE_FAILED = -1, /* nothing was written */
	ANNOTATE_DONE,
	ANNOTATE_CUT, /* the input is damaged; what is before was copied */
};

/*
 * Copies the capture file input to output, with the comments of count
 * annotations, which are in the order of their frames. A pcapng file is
 * copied block by block and stays byte for byte the same but for what the
 * comments need: they stand before the options of the frame's own, and a
 * simple packet block, which has no room for any, becomes an enhanced one. A
 * classic pcap file is turned into pcapng. Either may be packed by gzip or
 * zstd; the output isn't. Unless DONE, why holds one sentence with the reason.
 * output appears whole or not at all, also over input itself.
 */
enum annotate_result annotate(const char *input, const char *output,
			      const struct annotation *annotations,
			      size_t count, char why[ANNOTATE_ERROR_MAX]);

#endif
