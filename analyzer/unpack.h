/* SPDX-License-Identifier: MIT */
/* unpack.h - gzip and zstd behind one face; no I/O of its own. */
#ifndef RSTWATCH_UNPACK_H
#define RSTWATCH_UNPACK_H

#include <stddef.h>
#include <stdint.h>

struct unpacker;

enum { UNPACK_MAGIC_LEN = 4 };

/* True if the first UNPACK_MAGIC_LEN bytes of a file say gzip or zstd. */
_Bool unpack_is_packed(const uint8_t magic[UNPACK_MAGIC_LEN]);

/* An unpacker for such a file, NULL where memory is short. */
struct unpacker *unpacker_new(const uint8_t magic[UNPACK_MAGIC_LEN]);
void unpacker_free(struct unpacker *u);

/* in and out: how much there is; taken and made: how much was used of it. */
struct unpack_io {
	const uint8_t *in;
	size_t in_len;
	size_t taken;
	uint8_t *out;
	size_t out_len;
	size_t made;
};

enum unpack_result {
	UNPACK_DAMAGED = -1, /* unpacker_error() says why */
	UNPACK_INSIDE,	     /* the file can't end here */
	UNPACK_BETWEEN,	     /* a member or frame is complete: it can */
};

/* Unpacks as much as in and out allow. Several members follow on. */
enum unpack_result unpack(struct unpacker *u, struct unpack_io *io);

const char *unpacker_error(const struct unpacker *u);

#endif
