/* SPDX-License-Identifier: MIT */
/* wrap_fork.c - the ways to a child that tell pthread_atfork() nothing. */
#include "watch.h"

EXPORT pid_t _Fork(void)
{
	watch_fork();
	return LIBC(_Fork)();
}

/*
 * The child begins in another function, on another stack: it doesn't come back
 * through this frame. As libc does, all that may have been passed is handed on.
 */
EXPORT int clone(int (*fn)(void *), void *stack, int flags, void *arg, ...)
{
	pid_t *parent_tid, *child_tid;
	void *tls;
	va_list ap;

	va_start(ap, arg);
	parent_tid = va_arg(ap, pid_t *);
	tls = va_arg(ap, void *);
	child_tid = va_arg(ap, pid_t *);
	va_end(ap);
	watch_fork();
	return LIBC(clone)(fn, stack, flags, arg, parent_tid, tls, child_tid);
}

EXPORT_ALSO(__clone, clone);
