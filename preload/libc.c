/* SPDX-License-Identifier: MIT */
/* libc.c - finds libc's own functions, also before our constructor ran. */
#include "libc.h"

#include <dlfcn.h>
#include <errno.h>
#include <sys/syscall.h>

#include "raw.h"

void *libc_table[CALL_COUNT];

static const char *const names[CALL_COUNT] = {
#define X(name) [CALL_##name] = #name,
	RST_CALLS(X, X)
#undef X
};

const char *call_name(enum rst_call call)
{
	return call < CALL_COUNT ? names[call] : NULL;
}

/*
 * Where dlsym() can't be asked - it is what called us, through an allocator
 * that reads a file - the call is made by the kernel's own entry.
 */
static long from_kernel(long r)
{
	if (r >= 0)
		return r;
	errno = (int)-r;
	return -1;
}

static int kernel_close(int fd)
{
	return (int)from_kernel(raw_close(fd));
}

static ssize_t kernel_read(int fd, void *buf, size_t n)
{
	return from_kernel(raw_call(SYS_read, fd, buf, n));
}

static ssize_t kernel_write(int fd, const void *buf, size_t n)
{
	return from_kernel(raw_call(SYS_write, fd, buf, n));
}

static ssize_t kernel_writev(int fd, const struct iovec *iov, int n)
{
	return from_kernel(raw_call(SYS_writev, fd, iov, n));
}

static int kernel_fcntl(int fd, int cmd, void *arg)
{
	return (int)from_kernel(raw_fcntl(fd, cmd, (long)arg));
}

static long kernel_syscall(long number, long a, long b, long c, long d, long e,
			   long f)
{
	return from_kernel(raw_syscall(number, a, b, c, d, e, f));
}

/* What an allocator needs to read a file. */
static void *raw_function(enum rst_call call)
{
	switch (call) {
	case CALL_close: return (void *)kernel_close;
	case CALL_read: return (void *)kernel_read;
	case CALL_write: return (void *)kernel_write;
	case CALL_writev: return (void *)kernel_writev;
	case CALL_fcntl:
	case CALL_fcntl64: return (void *)kernel_fcntl;
	case CALL_syscall: return (void *)kernel_syscall;
	default: return NULL;
	}
}

static __thread int depth; /* of dlsym() calls */

void *libc_bind(enum rst_call call)
{
	void *f = raw_function(call);

	if (depth > 0 && f)
		return f;
	depth++;
	f = dlsym(RTLD_NEXT, names[call]);
	depth--;
	/* A libc without this function: its caller could not have linked. */
	if (!f)
		__builtin_trap();
	__atomic_store_n(&libc_table[call], f, __ATOMIC_RELAXED);
	return f;
}

void libc_bind_all(void)
{
	depth++;
	/* What an older libc lacks stays unbound: nobody can call it. */
	for (int call = CALL_NONE + 1; call < CALL_COUNT; call++)
		if (!libc_table[call])
			libc_table[call] = dlsym(RTLD_NEXT, names[call]);
	depth--;
}
