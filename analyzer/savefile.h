/* SPDX-License-Identifier: MIT */
/* savefile.h - reads classic pcap files. */
#ifndef RSTWATCH_SAVEFILE_H
#define RSTWATCH_SAVEFILE_H

#include <stdint.h>

#include "capture.h"
#include "stream.h"

struct savefile;

enum { SAVEFILE_HEADER_LEN = 24 };

/* What the file's header says. */
struct savefile_header {
	uint32_t linktype; /* as linktype_of() gives it */
	uint32_t snaplen;
	uint32_t fcs_bytes; /* frame check sequence behind a frame; 0: unsaid */
	_Bool is_nanosecond;
};

/* True if the first len bytes are the magic number of a file libpcap reads. */
_Bool savefile_is_savefile(const uint8_t *head, size_t len);

/*
 * Reads on from s, which stays the caller's and outlives the savefile. NULL on
 * failure with the reason in why.
 */
struct savefile *savefile_open(struct stream *s, char why[CAPTURE_ERROR_MAX]);

const struct savefile_header *savefile_header(const struct savefile *f);

/* As capture_next(). */
int savefile_next(struct savefile *f, struct packet *p);

const char *savefile_error(const struct savefile *f);

void savefile_close(struct savefile *f);

/*
 * The LINKTYPE_ value for a number found in a file: files of some systems hold
 * their own DLT_RAW there, 12 or 14, as libpcap and Wireshark know.
 */
uint32_t linktype_of(uint32_t stored);

#endif
