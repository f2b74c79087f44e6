/* SPDX-License-Identifier: MIT */
/* wrap_exit.c - the ends of a process, which close everything. */
#include "watch.h"

/*
 * exit() and a return from main run the program's own handlers first, which
 * may still read and close: what is left is looked at in our destructor
 * (init.c), the last thing before the kernel closes all.
 */
EXPORT void exit(int status)
{
	LIBC(exit)(status);
	__builtin_unreachable();
}

EXPORT void _exit(int status)
{
	watch_exit(CALL__exit);
	LIBC(_exit)(status);
	__builtin_unreachable();
}

EXPORT void _Exit(int status)
{
	watch_exit(CALL__Exit);
	LIBC(_Exit)(status);
	__builtin_unreachable();
}

EXPORT void abort(void)
{
	watch_abort();
	LIBC(abort)();
	__builtin_unreachable();
}

/* libc's abort() inside doesn't pass us. */
EXPORT void __assert_fail(const char *assertion, const char *file,
			  unsigned line, const char *function)
{
	watch_abort();
	LIBC(__assert_fail)(assertion, file, line, function);
	__builtin_unreachable();
}

/* The parent's end is libc's own; the child goes on with new descriptors. */
EXPORT int daemon(int nochdir, int noclose)
{
	int r = LIBC(daemon)(nochdir, noclose);

	if (r == 0 && !noclose)
		desc_forget_range(STDIN_FILENO, STDERR_FILENO);
	return r;
}

/* Our own handler was registered first, so it runs last (init.c). */
EXPORT void quick_exit(int status)
{
	LIBC(quick_exit)(status);
	__builtin_unreachable();
}
