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
#include "relatives.h"
#include "thread.h"

/* A vfork child or one of a raw clone() may have it; fork() is counted. */
static bool has_children(void)
{
	return raw_call(SYS_waitid, P_ALL, 0, 0,
			WEXITED | WNOHANG | WNOWAIT | __WALL, 0) != -ECHILD;
}

bool holder_is_exec(enum rst_call call)
{
	return call >= CALL_execl && call <= CALL_execveat;
}

/*
 * The end of the process, and exec, end all other threads and their calls;
 * but one that was woken already may still take what it was woken for.
 */
static bool ends_threads(enum rst_call call)
{
	return holder_is_exec(call) ||
	       (call >= CALL_exit && call <= CALL_abort);
}

/* Neither from before our time nor sent to somebody: fork() alone spread it. */
static bool is_of_fork(const struct desc *d)
{
	return !desc_has(d, DESC_PASSED | DESC_INHERITED);
}

bool holder_is_alone(const struct desc *d)
{
	return is_of_fork(d) && !relatives_took() &&
	       DESC_GET(d->forks) == process_forks() && !has_children();
}

bool holder_takes_long(const struct desc *d, bool alone)
{
	return desc_has(d, DESC_SHARED) || !alone || thread_any();
}

static enum rst_holder other_find(int fd, const struct desc *d, bool alone,
				  int first, enum rst_call call,
				  int32_t *holder_pid)
{
	unsigned how = alone ? RST_HOLDERS_ALONE : 0;
	bool leaves = !alone && !ends_threads(call); /* surely: no exec */
	enum rst_holder holder;
	struct stat st = {0};
	uint32_t order = 0;

	/* /proc shows the table of the first thread. */
	if (DESC_GET(process.has_split) && thread_any())
		return RST_HOLDER_FEARED;
	if (alone && !desc_has(d, DESC_SHARED))
		return RST_HOLDER_NONE;
	if (holder_is_exec(call))
		how |= RST_HOLDERS_EXEC;
	if (raw_fstat(fd, &st) != 0)
		return RST_HOLDER_FEARED;
	if (leaves)
		order = relatives_leave(process.pid, st.st_ino);
	holder = rst_holders_find(process.pid, first, fd, st.st_ino, how,
				  is_of_fork(d) ? &process.kin : NULL,
				  holder_pid);
	if (leaves && holder == RST_HOLDER_FD)
		relatives_stay(order);
	/* On its way through a UNIX socket nobody has it in a table. */
	if (holder == RST_HOLDER_NONE &&
	    (DESC_GET(d->forks) < process.outside || desc_has(d, DESC_PASSED) ||
	     relatives_may_carry(DESC_GET(d->cookie))))
		return RST_HOLDER_FEARED;
	return holder;
}

enum rst_holder holder_find(int fd, const struct desc *d, bool alone, int first,
			    enum rst_call call, int32_t *holder_pid)
{
	enum rst_holder holder =
		other_find(fd, d, alone, first, call, holder_pid);
	int32_t tid;

	if (holder != RST_HOLDER_NONE)
		return holder;
	tid = thread_inside(fd, d, !ends_threads(call));
	if (tid == 0)
		return RST_HOLDER_NONE;
	*holder_pid = tid;
	return tid > 0 ? RST_HOLDER_THREAD : RST_HOLDER_FEARED;
}
