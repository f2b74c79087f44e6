/* SPDX-License-Identifier: MIT */
/* intake.c - as many bytes of a stream in one piece as a reader asks for. */
#include "intake.h"

#include <stdlib.h>
#include <string.h>

/* Stays in the second-level cache. */
enum { BUFFER_START = 256 * 1024 };

/* Room for one more read: moves the rest to the front, or grows. */
static int make_room(struct intake *in)
{
	size_t cap = in->cap ? in->cap * 2 : BUFFER_START;
	uint8_t *buf;

	if (in->pos) {
		in->end -= in->pos;
		memmove(in->buf, in->buf + in->pos, in->end);
		in->pos = 0;
	}
	if (in->end < in->cap)
		return 0;
	buf = realloc(in->buf, cap);
	if (!buf)
		return -1;
	in->buf = buf;
	in->cap = cap;
	return 0;
}

int intake_fill(struct intake *in, size_t len)
{
	ssize_t got;

	while (in->end - in->pos < len) {
		if (make_room(in))
			return -1;
		got = stream_read(in->stream, in->buf + in->end,
				  in->cap - in->end);
		if (got <= 0)
			return (int)got;
		in->end += (size_t)got;
	}
	return 1;
}
