/* SPDX-License-Identifier: MIT */
/* stream.h - the bytes of a file or pipe, out of gzip or zstd if need be. */
#ifndef RSTWATCH_STREAM_H
#define RSTWATCH_STREAM_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

struct stream;

enum { STREAM_PEEK_MAX = 64, STREAM_ERROR_MAX = 512 };

/*
 * Opens path for reading; "-" is standard input, which stream_close() leaves
 * open. NULL on failure, and then why holds one sentence that names the file.
 */
struct stream *stream_open(const char *path, char why[STREAM_ERROR_MAX]);

/* True if its path can be opened anew; a pipe gives its bytes only once. */
_Bool stream_is_file(const struct stream *s);

/*
 * Up to len bytes: how many, 0 at the end, -1 where the file can't be read or
 * unpacked; then stream_error() says why. What was unpacked before the damage
 * is handed out first.
 */
ssize_t stream_read(struct stream *s, void *buf, size_t len);

/*
 * The next bytes without taking them, at most STREAM_PEEK_MAX: how many, less
 * than len only at the end or before an error.
 */
size_t stream_peek(struct stream *s, void *buf, size_t len);

/* Why stream_read() failed; "" as long as it hasn't. */
const char *stream_error(const struct stream *s);

/* The path, for messages: "standard input" for "-". */
const char *stream_name(const struct stream *s);

/* " (unpacked)" behind an offset that counts unpacked bytes, or "". */
const char *stream_unit(const struct stream *s);

/* Bytes of the file itself taken so far; all of them, 0 where unknown. */
void stream_progress(const struct stream *s, uint64_t *done, uint64_t *total);

/*
 * A stdio handle that reads s, for libraries that want one; ftello() tells the
 * position. fclose() leaves s open. NULL where memory is short.
 */
FILE *stream_file(struct stream *s);

void stream_close(struct stream *s);

#endif
