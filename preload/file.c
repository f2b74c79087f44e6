/* SPDX-License-Identifier: MIT */
/* file.c - asks which file a descriptor refers to. */
#include "file.h"

#include <errno.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "raw.h"

/*
 * Whoever looks at a file's times makes the next write put finer ones into its
 * inode (inode_set_ctime_current(), Linux 6.13), which costs more than to look:
 * fstat(2) can't leave them out.
 */
static int look_timeless(int fd, struct file *f)
{
	enum { WANTED = STATX_TYPE | STATX_INO | STATX_SIZE };
	static bool is_refused; /* by an old kernel, or by a filter */
	struct statx s;
	long r;

	if (__atomic_load_n(&is_refused, __ATOMIC_RELAXED))
		return -ENOSYS;
	r = raw_call(SYS_statx, fd, "", AT_EMPTY_PATH, WANTED, &s);
	if (r < 0 && r != -EBADF)
		__atomic_store_n(&is_refused, true, __ATOMIC_RELAXED);
	if (r < 0 || (s.stx_mask & WANTED) != WANTED)
		return r < 0 ? (int)r : -ENOSYS;
	*f = (struct file){makedev(s.stx_dev_major, s.stx_dev_minor), s.stx_ino,
			   s.stx_size, S_ISREG(s.stx_mode)};
	return 0;
}

bool file_of(int fd, struct file *f)
{
	int r = look_timeless(fd, f);
	struct stat st;

	if (r == 0 || r == -EBADF)
		return r == 0;
	if (raw_fstat(fd, &st) != 0)
		return false;
	*f = (struct file){st.st_dev, st.st_ino, (uint64_t)st.st_size,
			   S_ISREG(st.st_mode)};
	return true;
}
