/* SPDX-License-Identifier: MIT */
/* amount.c - finds the first part of a call's payload that is not empty. */
#include "amount.h"

#include "readable.h"

enum { LOOKED_AT = 16 }; /* a vector begins with so many empty parts: -1 */

static ssize_t of_parts(const struct iovec *parts, size_t count)
{
	for (size_t i = 0; i < count && i < LOOKED_AT; i++) {
		if (!is_readable(&parts[i], sizeof(parts[i])))
			return -1;
		if (parts[i].iov_len)
			return (ssize_t)parts[i].iov_len;
	}
	return count <= LOOKED_AT ? 0 : -1;
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
