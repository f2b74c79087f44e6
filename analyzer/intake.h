/* SPDX-License-Identifier: MIT */
/* intake.h - as many bytes of a stream in one piece as a reader asks for. */
#ifndef RSTWATCH_INTAKE_H
#define RSTWATCH_INTAKE_H

#include <stddef.h>
#include <stdint.h>

#include "stream.h"

/*
 * The buffer grows with the bytes that came, not with what a length of the
 * file promises: whoever asks for more than the file has gets no memory for it.
 */
struct intake {
	struct stream *stream;
	uint8_t *buf;
	size_t pos; /* bytes before it were taken */
	size_t end;
	size_t cap;
	uint64_t offset; /* of pos, in the stream */
};

/* As intake_want(), where the bytes are not here yet. */
int intake_fill(struct intake *in, size_t len);

/*
 * Waits for len bytes behind pos: 1, 0 where the stream ends before, -1 where
 * it can't be read (then stream_error() says why) or memory is short.
 */
static inline int intake_want(struct intake *in, size_t len)
{
	return in->end - in->pos >= len ? 1 : intake_fill(in, len);
}

/* Bytes that are here, from pos on. */
static inline const uint8_t *intake_bytes(const struct intake *in)
{
	return in->buf + in->pos;
}

static inline size_t intake_len(const struct intake *in)
{
	return in->end - in->pos;
}

/* Takes len bytes that are here; they stay there until more are wanted. */
static inline void intake_take(struct intake *in, size_t len)
{
	in->pos += len;
	in->offset += len;
}

#endif
