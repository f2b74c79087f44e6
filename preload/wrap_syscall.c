/* SPDX-License-Identifier: MIT */
/* wrap_syscall.c - calls made by number: Node closes its sockets this way. */
#include <limits.h>
#include <linux/close_range.h>
#include <stdarg.h>
#include <sys/syscall.h>

#include "process.h"
#include "watch.h"

struct arguments {
	long a[6];
};

/* Those that come down to one of our own wrappers, which answer as the kernel
 * does: -1 and errno. True if *result is the answer. */
static bool closing(long number, const struct arguments *x, long *result)
{
	int fd = (int)x->a[0];

	switch (number) {
	case SYS_close: *result = close(fd); return true;
	case SYS_close_range:
		*result = close_range((unsigned)x->a[0], (unsigned)x->a[1],
				      (int)x->a[2]);
		return true;
	case SYS_dup: *result = dup(fd); return true;
#ifdef SYS_dup2
	case SYS_dup2: *result = dup2(fd, (int)x->a[1]); return true;
#endif
	case SYS_dup3:
		*result = dup3(fd, (int)x->a[1], (int)x->a[2]);
		return true;
	case SYS_shutdown: *result = shutdown(fd, (int)x->a[1]); return true;
	default: return false;
	}
}

static bool moving(long number, const struct arguments *x, long *result)
{
	int fd = (int)x->a[0];
	void *p = (void *)x->a[1];

	switch (number) {
	case SYS_read: *result = read(fd, p, (size_t)x->a[2]); return true;
	case SYS_write: *result = write(fd, p, (size_t)x->a[2]); return true;
	case SYS_readv: *result = readv(fd, p, (int)x->a[2]); return true;
	case SYS_writev: *result = writev(fd, p, (int)x->a[2]); return true;
	case SYS_sendmsg: *result = sendmsg(fd, p, (int)x->a[2]); return true;
	case SYS_recvmsg: *result = recvmsg(fd, p, (int)x->a[2]); return true;
	default: return false;
	}
}

static void before(long number)
{
	if (number == SYS_exit_group)
		watch_exit(CALL__exit);
	/* A child without fork(): what we have open may live on in it. */
	if (number == SYS_clone && desc_limit > 0 && process_is_ours())
		process_forks_now();
}

EXPORT long syscall(long number, ...)
{
	struct arguments x;
	va_list ap;
	long result;

	/* As libc does: six registers, whatever the call has. */
	va_start(ap, number);
	for (int i = 0; i < 6; i++)
		x.a[i] = va_arg(ap, long);
	va_end(ap);
	if (closing(number, &x, &result) || moving(number, &x, &result))
		return result;
	before(number);
	return LIBC(syscall)(number, x.a[0], x.a[1], x.a[2], x.a[3], x.a[4],
			     x.a[5]);
}
