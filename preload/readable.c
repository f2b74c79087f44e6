/* SPDX-License-Identifier: MIT */
/* readable.c - asks for the two ends of what the program points to. */
#include "readable.h"

bool is_readable(const void *p, size_t len)
{
	const uintptr_t first = (uintptr_t)p, last = first + len - 1;

	return len > 0 && is_readable_word(first) &&
	       ((first ^ last) < READABLE_PAGE || is_readable_word(last));
}
