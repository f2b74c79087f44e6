/* SPDX-License-Identifier: MIT */
/* amount.h - how much a call is about to send, as far as it can be told. */
#ifndef RSTWATCH_AMOUNT_H
#define RSTWATCH_AMOUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/uio.h>

/* What the call was given; nothing of it is read before it is asked for. */
struct amount {
	uintptr_t given;
	uint32_t parts;
	enum {
		AMOUNT_BYTES,
		AMOUNT_BUFFER,
		AMOUNT_PARTS,
		AMOUNT_MESSAGES,
		AMOUNT_FILE,
		AMOUNT_PIPE,
		AMOUNT_UNKNOWN
	} kind;
};

static inline struct amount amount_bytes(size_t n)
{
	return (struct amount){n, 0, AMOUNT_BYTES};
}

/* n bytes at p, if that can be read: else the kernel sends nothing. */
static inline struct amount amount_buffer(const void *p, size_t n)
{
	return (struct amount){(uintptr_t)p,
			       n < UINT32_MAX ? (uint32_t)n : UINT32_MAX,
			       AMOUNT_BUFFER};
}

static inline struct amount amount_unknown(void)
{
	return (struct amount){0, 0, AMOUNT_UNKNOWN};
}

static inline struct amount amount_parts(const struct iovec *parts, int count)
{
	return (struct amount){(uintptr_t)parts,
			       count > 0 ? (uint32_t)count : 0, AMOUNT_PARTS};
}

static inline struct amount amount_message(const struct msghdr *message)
{
	return (struct amount){(uintptr_t)message, 1, AMOUNT_MESSAGES};
}

/* The first that isn't empty is sent at the least. */
static inline struct amount amount_messages(const struct mmsghdr *messages,
					    unsigned count)
{
	return (struct amount){(uintptr_t)messages, count, AMOUNT_MESSAGES};
}

/* n bytes of what a file, or a pipe, has left. */
struct amount_source {
	int fd;
	const off64_t *offset; /* NULL: the file's own */
	size_t n;
	bool may_wait; /* until the pipe has something */
};

static inline struct amount amount_file(const struct amount_source *from)
{
	return (struct amount){(uintptr_t)from, 0, AMOUNT_FILE};
}

static inline struct amount amount_pipe(const struct amount_source *from)
{
	return (struct amount){(uintptr_t)from, 0, AMOUNT_PIPE};
}

/*
 * A number of bytes that is sent at the least: 0 where it is nothing at all,
 * -1 where that can't be told.
 */
ssize_t amount_least(struct amount a);

#endif
