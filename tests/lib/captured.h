/* SPDX-License-Identifier: MIT */
/* captured.h - reads a whole capture into memory, to be looked at. */
#ifndef RSTWATCH_TESTS_CAPTURED_H
#define RSTWATCH_TESTS_CAPTURED_H

#include <stddef.h>
#include <stdint.h>

#include "capture.h"
#include "capture_file.h"

enum { CAPTURED_PACKETS = 64, CAPTURED_BYTES = 64 };

/* What the last reading gave. why is "" where all of it was good. */
struct captured {
	struct packet packets[CAPTURED_PACKETS];
	uint8_t contents[CAPTURED_PACKETS][CAPTURED_BYTES];
	char why[CAPTURE_ERROR_MAX];
};

extern struct captured captured;

/* How many packets there are. */
size_t captured_from(const char *path);

/* The same from a file in memory, of which only the first len bytes are. */
size_t captured_start(const struct capture_file *f, size_t len);

/* All of the file, of which nothing may be wrong. */
size_t captured_good(const struct capture_file *f);

/* All of the file, which must be found bad, in words that contain what. */
size_t captured_bad(const struct capture_file *f, const char *what);

/* Ends the test unless packet i is this one. */
void captured_is(size_t i, uint64_t ns, uint32_t linktype, uint32_t interface,
		 const char *data, uint32_t len);

#endif
