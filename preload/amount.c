/* SPDX-License-Identifier: MIT */
/* amount.c - counts what a call is about to send. */
#include "amount.h"

#include "readable.h"

enum { LOOKED_AT = 16 }; /* parts; a vector that has more sends more */

static ssize_t of_parts(const struct iovec *parts, size_t count)
{
	size_t sum = 0;

	for (size_t i = 0; i < count && i < LOOKED_AT; i++) {
		if (!is_readable(&parts[i], sizeof(parts[i])))
			return -1;
		sum += parts[i].iov_len;
	}
	return sum || count <= LOOKED_AT ? (ssize_t)sum : -1;
}

static ssize_t of_message(const struct msghdr *m)
{
	if (!is_readable(m, sizeof(*m)))
		return -1;
	return of_parts(m->msg_iov, m->msg_iovlen);
}

ssize_t amount_least(struct amount a)
{
	switch (a.kind) {
	case AMOUNT_PARTS:
		return of_parts((const struct iovec *)a.given, a.parts);
	case AMOUNT_MESSAGE: return of_message((const struct msghdr *)a.given);
	case AMOUNT_BYTES: return (ssize_t)a.given;
	case AMOUNT_UNKNOWN: break;
	}
	return -1;
}
