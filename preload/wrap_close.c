/* SPDX-License-Identifier: MIT */
/* wrap_close.c - the calls that drop or share descriptors. */
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <linux/close_range.h>

#include "process.h"
#include "raw.h"
#include "watch.h"

REST int close_rest(int fd)
{
	libc_testcancel();
	watch_close(fd, CALL_close);
	return (int)LIBC_DIRECT(close, (fd), SYS_close, fd);
}

EXPORT int close(int fd)
{
	/* The number isn't the program's: for it, nothing is open there. */
	if (UNLIKELY(watch_owns(fd))) {
		errno = EBADF;
		return -1;
	}
	return BY_KIND(fd, close, fd);
}

EXPORT_ALSO(__close, close);

/* The range in pieces, so that a number of ours in it stays open. */
static int range_close(unsigned first, unsigned last, int flags)
{
	int ours;

	while ((ours = watch_owned_in(first, last)) >= 0) {
		unsigned fd = (unsigned)ours;

		if (fd > first && LIBC(close_range)(first, fd - 1, flags) != 0)
			return -1;
		if (fd == last)
			return 0;
		first = fd + 1;
	}
	return LIBC(close_range)(first, last, flags);
}

EXPORT int close_range(unsigned int first, unsigned int last, int flags)
{
	/* Other flags the kernel refuses, or they close nothing. */
	bool closes = first <= last && (flags & ~CLOSE_RANGE_UNSHARE) == 0;

	if (!closes)
		return LIBC(close_range)(first, last, flags);
	if (flags & CLOSE_RANGE_UNSHARE)
		watch_split();
	watch_close_range(first, last, CALL_close_range);
	return range_close(first, last, flags);
}

EXPORT int unshare(int flags)
{
	if (flags & CLONE_FILES)
		watch_split();
	return LIBC(unshare)(flags);
}

EXPORT void closefrom(int low)
{
	unsigned first = low > 0 ? (unsigned)low : 0;

	watch_close_range(first, UINT_MAX, CALL_closefrom);
	/* glibc's ends the program where neither close_range() nor /proc is
	 * to be had; so the last word is left to it. */
	if (range_close(first, UINT_MAX, 0) != 0)
		LIBC(closefrom)(low);
}

/* True if fd is open: only then does dup2() close what it is put on. */
static bool is_open(int fd)
{
	return raw_fcntl(fd, F_GETFD, 0) >= 0;
}

/* A vfork child's new descriptors are not in the parent's memory. */
static void copied(int from, int result)
{
	if (result >= 0 && desc_limit > 0 && process_is_ours())
		desc_copy(from, result);
}

EXPORT int dup(int fd)
{
	int r = LIBC(dup)(fd);

	copied(fd, r);
	return r;
}

EXPORT int dup2(int from, int to)
{
	int r;

	if (from == to || UNLIKELY(!is_open(from)))
		return LIBC(dup2)(from, to);
	watch_yield(to);
	watch_close(to, CALL_dup2);
	r = LIBC(dup2)(from, to);
	copied(from, r);
	return r;
}

EXPORT_ALSO(__dup2, dup2);

EXPORT int dup3(int from, int to, int flags)
{
	int r;

	if (from == to || (flags & ~O_CLOEXEC) || UNLIKELY(!is_open(from)))
		return LIBC(dup3)(from, to, flags);
	watch_yield(to);
	watch_close(to, CALL_dup3);
	r = LIBC(dup3)(from, to, flags);
	copied(from, r);
	return r;
}

/*
 * The third argument is an int, a pointer or absent, by command; as a pointer
 * it reaches libc in the register where each of them is looked for.
 */
#define FCNTL(name, fd, cmd) \
	({ \
		va_list ap_; \
		void *arg_; \
		int result_; \
		va_start(ap_, cmd); \
		arg_ = va_arg(ap_, void *); \
		va_end(ap_); \
		result_ = LIBC(name)(fd, cmd, arg_); \
		if (cmd == F_DUPFD || cmd == F_DUPFD_CLOEXEC) \
			copied(fd, result_); \
		result_; \
	})

EXPORT int fcntl(int fd, int cmd, ...)
{
	return FCNTL(fcntl, fd, cmd);
}

EXPORT_ALSO(__fcntl, fcntl);

EXPORT int fcntl64(int fd, int cmd, ...)
{
	return FCNTL(fcntl64, fd, cmd);
}
