/* SPDX-License-Identifier: MIT */
/* libc.c - finds libc's own functions, also before our constructor ran. */
#include "libc.h"

#include <dlfcn.h>
#include <gnu/libc-version.h>
#include <sys/syscall.h>

void *libc_table[CALL_COUNT];
bool libc_is_own[CALL_COUNT];
bool libc_has_cancelled;

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
static int kernel_close(int fd)
{
	return (int)libc_result(raw_close(fd));
}

static ssize_t kernel_read(int fd, void *buf, size_t n)
{
	return libc_result(raw_call(SYS_read, fd, buf, n));
}

static ssize_t kernel_write(int fd, const void *buf, size_t n)
{
	return libc_result(raw_call(SYS_write, fd, buf, n));
}

static ssize_t kernel_writev(int fd, const struct iovec *iov, int n)
{
	return libc_result(raw_call(SYS_writev, fd, iov, n));
}

static int kernel_fcntl(int fd, int cmd, void *arg)
{
	return (int)libc_result(raw_fcntl(fd, cmd, (long)arg));
}

static long kernel_syscall(long number, long a, long b, long c, long d, long e,
			   long f)
{
	return libc_result(raw_syscall(number, a, b, c, d, e, f));
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

/* glibc 2.35 */
static int (*find_object)(void *, struct dl_find_object *);

/*
 * So named that libgcc's unwinder, which is linked into this library, finds it
 * here: it would want libc's, and no other libc could load us.
 */
__attribute__((visibility("hidden"))) int
_dl_find_object(void *address, struct dl_find_object *object)
{
	return find_object ? find_object(address, object) : -1;
}

/*
 * Where the file that an address is in was mapped, or NULL. Not by dladdr(3) if
 * it can be helped: that looks at all symbols of the file.
 */
static const void *file_at(void *address)
{
	struct dl_find_object object;
	Dl_info info;

	if (find_object)
		return find_object(address, &object) == 0
			       ? object.dlfo_map_start
			       : NULL;
	return dladdr(address, &info) ? info.dli_fbase : NULL;
}

#pragma weak gnu_get_libc_version

bool libc_is_glibc(void)
{
	return gnu_get_libc_version != NULL;
}

/* Others that wrap the same calls may stand behind us. */
static bool is_libcs(void *function)
{
	return function && libc_is_glibc() &&
	       file_at(function) == file_at((void *)gnu_get_libc_version);
}

void libc_not_direct(void)
{
	for (int call = CALL_NONE + 1; call < CALL_COUNT; call++)
		__atomic_store_n(&libc_is_own[call], false, __ATOMIC_RELAXED);
}

EXPORT int pthread_cancel(pthread_t thread)
{
	libc_not_direct();
	__atomic_store_n(&libc_has_cancelled, true, __ATOMIC_RELAXED);
	return LIBC(pthread_cancel)(thread);
}

void libc_bind_all(void)
{
	depth++;
	find_object =
		(__typeof__(find_object))dlsym(RTLD_DEFAULT, "_dl_find_object");
	/* What an older libc lacks stays unbound: nobody can call it. */
	for (int call = CALL_NONE + 1; call < CALL_COUNT; call++)
		if (!libc_table[call])
			libc_table[call] = dlsym(RTLD_NEXT, names[call]);
	for (int call = CALL_NONE + 1; call < CALL_COUNT; call++)
		libc_is_own[call] = is_libcs(libc_table[call]);
	depth--;
}
