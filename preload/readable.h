/* SPDX-License-Identifier: MIT */
/* readable.h - whether what the program points to can be read at all. */
#ifndef RSTWATCH_READABLE_H
#define RSTWATCH_READABLE_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>

#include "raw.h"

/* No page is smaller; and a stack can be read up to there. */
enum { READABLE_PAGE = 4096 };

/*
 * True if the word of 8 bytes that holds p can be read: this call copies it
 * before it looks at its first argument, which means nothing.
 */
static inline bool is_readable_word(uintptr_t p)
{
	enum { NO_SUCH_HOW = -1, WORD = 8 };

	return raw_call(SYS_rt_sigprocmask, NO_SUCH_HOW,
			p & ~(uintptr_t)(WORD - 1), 0, WORD) != -EFAULT;
}

/*
 * True if len bytes from p on can be read, where they are shorter than a page:
 * a bad pointer is the kernel's to refuse (EFAULT), not ours to die of.
 */
bool is_readable(const void *p, size_t len);

/* True if p lies in the caller's frame, and len bytes can be read unasked. */
static inline bool is_on_stack(const void *p, size_t len)
{
	return (uintptr_t)p - (uintptr_t)__builtin_frame_address(0) <
	       READABLE_PAGE - len;
}

#endif
