/* SPDX-License-Identifier: MIT */
/* temporary.c - marks what we open for a moment, and remembers its number. */
#include "temporary.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/stat.h>

#include "libc.h"
#include "number.h"
#include "raw.h"

/*
 * Theory of operation. A fork copies the table of descriptors at one moment and
 * this memory at another, while other threads go on: what is noted here can't
 * say what is open in the child. So numbers stay noted, and what the child
 * finds under one of them is ours if it has a mark that no program puts on such
 * a file: to be written through (O_SYNC) where it can only be read; to append,
 * where it is a socket. Both mean nothing to the kernel there.
 *
 * A child that is forked after the first use of a number and before that is
 * noted, keeps that one; so does the child of a call that runs no handlers of
 * pthread_atfork(), but for exec, which closes all of them.
 */
enum {
	NUMBERS = 64, /* the last ones that differ */
	LOOKED_AT = O_ACCMODE | O_APPEND | O_SYNC | O_NONBLOCK | O_NOFOLLOW,
	FILE_MARK = O_RDONLY | O_SYNC | O_NONBLOCK | O_NOFOLLOW,
	SOCKET_MARK = O_RDWR | O_APPEND | O_NONBLOCK,
};

static int numbers[NUMBERS]; /* fd + 1 */
static unsigned noted;

static void note(int fd)
{
	for (int i = 0; i < NUMBERS; i++)
		if (__atomic_load_n(&numbers[i], __ATOMIC_RELAXED) == fd + 1)
			return;
	__atomic_store_n(
		&numbers[__atomic_fetch_add(&noted, 1, __ATOMIC_RELAXED) %
			 NUMBERS],
		fd + 1, __ATOMIC_RELAXED);
}

static time_t scarce_s; /* when numbers were, by now_s(); 0 never */

static time_t now_s(void)
{
	struct timespec t = {0, 0};

	raw_call(SYS_clock_gettime, CLOCK_MONOTONIC_COARSE, &t);
	return t.tv_sec;
}

/* For a second or two it isn't tried again. */
static bool is_scarce(void)
{
	time_t then = __atomic_load_n(&scarce_s, __ATOMIC_RELAXED);

	return then && now_s() - then < 2;
}

/*
 * The kernel gives the lowest number that is free. If that is one of the last,
 * another thread's call may fail for want of it: it is given back at once.
 */
static bool is_of_the_last(int fd)
{
	struct rlimit limit = {0};

	return !__libc_single_threaded &&
	       raw_call(SYS_prlimit64, 0, RLIMIT_NOFILE, 0, &limit) == 0 &&
	       (rlim_t)fd + NUMBER_SPARE >= limit.rlim_cur;
}

/* What the kernel gave, or refused; known from now on, unless given back. */
static int taken(int fd)
{
	if (fd < 0)
		return fd;
	if (!is_of_the_last(fd)) {
		note(fd);
		return fd;
	}
	raw_close(fd);
	__atomic_store_n(&scarce_s, now_s(), __ATOMIC_RELAXED);
	return -EMFILE;
}

int temporary_open(int dir, const char *path, int flags)
{
	if (is_scarce())
		return -EMFILE;
	return taken(raw_openat(dir, path, FILE_MARK | O_CLOEXEC | flags, 0));
}

int temporary_socket(int domain, int type, int protocol)
{
	int fd;

	if (is_scarce())
		return -EMFILE;
	fd = taken(raw_socket(domain, type | SOCK_CLOEXEC | SOCK_NONBLOCK,
			      protocol));
	if (fd >= 0)
		raw_fcntl(fd, F_SETFL, O_APPEND | O_NONBLOCK);
	return fd;
}

static bool is_ours(int fd)
{
	int flags = raw_fcntl(fd, F_GETFL, 0);
	struct stat st;

	if (flags < 0)
		return false;
	return (flags & LOOKED_AT) == FILE_MARK ||
	       ((flags & LOOKED_AT) == SOCKET_MARK && raw_fstat(fd, &st) == 0 &&
		S_ISSOCK(st.st_mode));
}

void temporary_forked(void)
{
	for (int i = 0; i < NUMBERS && numbers[i]; i++)
		if (is_ours(numbers[i] - 1))
			raw_close(numbers[i] - 1);
}
