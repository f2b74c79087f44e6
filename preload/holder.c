/* SPDX-License-Identifier: MIT */
/* holder.c - decides whether it must be asked who else holds a socket. */
#include "holder.h"

#include <errno.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "rstwatch/holders.h"

#include "process.h"
#include "raw.h"

/* A vfork child or one of a raw clone() may have it; fork() is counted. */
static bool has_children(void)
{
	return raw_call(SYS_waitid, P_ALL, 0, 0,
			WEXITED | WNOHANG | WNOWAIT | __WALL, 0) != -ECHILD;
}

enum rst_holder holder_find(int fd, const struct desc *d, int first,
			    int32_t *holder_pid)
{
	enum rst_holder holder;
	struct stat st;

	if (!desc_has(d, DESC_SHARED) &&
	    DESC_GET(d->forks) == process_forks() && !has_children())
		return RST_HOLDER_NONE;
	if (raw_fstat(fd, &st) != 0)
		return RST_HOLDER_FEARED;
	holder = rst_holders_find(process.pid, first, fd, st.st_ino, false,
				  holder_pid);
	/* On its way through a UNIX socket nobody has it in a table. */
	if (holder == RST_HOLDER_NONE && desc_has(d, DESC_PASSED))
		return RST_HOLDER_FEARED;
	return holder;
}
