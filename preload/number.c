/* SPDX-License-Identifier: MIT */
/* number.c - takes a number above the limit on descriptors. */
#include "number.h"

#include <fcntl.h>
#include <sys/syscall.h>

#include "raw.h"

/*
 * A number above the limit is nothing that the program can reach: it doesn't
 * count against the limit, no loop up to it closes it, dup2() can't hit it.
 * The limit has to be lifted while it is taken.
 */
int number_above(int fd, const struct rlimit *limit)
{
	struct rlimit lifted = *limit;
	int high;

	if (limit->rlim_cur > NUMBER_COMMON ||
	    limit->rlim_max < limit->rlim_cur + NUMBER_SPARE)
		return -1;
	lifted.rlim_cur += NUMBER_SPARE;
	if (raw_call(SYS_prlimit64, 0, RLIMIT_NOFILE, &lifted, 0) != 0)
		return -1;
	high = raw_fcntl(fd, F_DUPFD_CLOEXEC, (long)limit->rlim_cur);
	raw_call(SYS_prlimit64, 0, RLIMIT_NOFILE, limit, 0);
	return high;
}
