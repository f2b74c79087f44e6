/* SPDX-License-Identifier: MIT */
/* amount.h - how much a call is about to send, as far as it can be told. */
#ifndef RSTWATCH_AMOUNT_H
#define RSTWATCH_AMOUNT_H

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
		AMOUNT_PARTS,
		AMOUNT_MESSAGE,
		AMOUNT_UNKNOWN
	} kind;
};

static inline struct amount amount_bytes(size_t n)
{
	return (struct amount){n, 0, AMOUNT_BYTES};
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
	return (struct amount){(uintptr_t)message, 0, AMOUNT_MESSAGE};
}

/*
 * A number of bytes that is sent at the least: 0 where it is nothing at all,
 * -1 where that can't be told.
 */
ssize_t amount_least(struct amount a);

#endif
