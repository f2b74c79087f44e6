/* SPDX-License-Identifier: MIT */
/* raw.h - system calls that pass by libc: no errno, no wrapper, no cancel. */
#ifndef RSTWATCH_RAW_H
#define RSTWATCH_RAW_H

#include <fcntl.h>
#include <poll.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <time.h>

/*
 * Every function here makes exactly one system call, leaves errno alone and
 * gives what the kernel gave: a result, or -errno. All may be called from a
 * signal handler, in a vfork child and before libc is ready. None of them is a
 * cancellation point, none enters our own wrappers.
 */

/* clang's analyzer can't see what the kernel writes through assembly. */
#if defined(__x86_64__) && defined(__LP64__) && !defined(__clang_analyzer__)

static inline long raw_syscall(long nr, long a, long b, long c, long d, long e,
			       long f)
{
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	register long r9 __asm__("r9") = f;
	long ret;

	__asm__ volatile("syscall"
			 : "=a"(ret)
			 : "a"(nr), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8),
			   "r"(r9)
			 : "rcx", "r11", "memory");
	return ret;
}

#elif defined(__aarch64__) && defined(__LP64__)

static inline long raw_syscall(long nr, long a, long b, long c, long d, long e,
			       long f)
{
	register long x8 __asm__("x8") = nr;
	register long x0 __asm__("x0") = a;
	register long x1 __asm__("x1") = b;
	register long x2 __asm__("x2") = c;
	register long x3 __asm__("x3") = d;
	register long x4 __asm__("x4") = e;
	register long x5 __asm__("x5") = f;

	__asm__ volatile("svc 0"
			 : "+r"(x0)
			 : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
			 : "memory");
	return x0;
}

#else

#include <errno.h>
#include <unistd.h>

/* Goes through libc's symbol: a build for it must not interpose syscall(). */
#define RAW_NEEDS_LIBC_SYSCALL 1

static inline long raw_syscall(long nr, long a, long b, long c, long d, long e,
			       long f)
{
	int saved = errno;
	long ret = syscall(nr, a, b, c, d, e, f);

	if (ret == -1)
		ret = -errno;
	errno = saved;
	return ret;
}

#endif

/* The same with as many arguments as the call has; integers and pointers. */
#define raw_call(...) raw_call_padded(__VA_ARGS__, 0, 0, 0, 0, 0, 0, 0)
#define raw_call_padded(nr, a, b, c, d, e, f, ...) \
	raw_syscall(nr, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), \
		    (long)(f))

static inline pid_t raw_getpid(void)
{
	return (pid_t)raw_syscall(SYS_getpid, 0, 0, 0, 0, 0, 0);
}

static inline pid_t raw_gettid(void)
{
	return (pid_t)raw_syscall(SYS_gettid, 0, 0, 0, 0, 0, 0);
}

static inline int raw_openat(int dir, const char *path, int flags, mode_t mode)
{
	return (int)raw_syscall(SYS_openat, dir, (long)path, flags, (long)mode,
				0, 0);
}

static inline int raw_close(int fd)
{
	return (int)raw_syscall(SYS_close, fd, 0, 0, 0, 0, 0);
}

static inline ssize_t raw_read(int fd, void *buf, size_t len)
{
	return raw_syscall(SYS_read, fd, (long)buf, (long)len, 0, 0, 0);
}

static inline ssize_t raw_write(int fd, const void *buf, size_t len)
{
	return raw_syscall(SYS_write, fd, (long)buf, (long)len, 0, 0, 0);
}

/* The kernel's own fcntl: arg is an int or a pointer, as cmd wants it. */
static inline int raw_fcntl(int fd, int cmd, long arg)
{
	return (int)raw_syscall(SYS_fcntl, fd, cmd, arg, 0, 0, 0);
}

static inline int raw_ioctl(int fd, unsigned long request, void *arg)
{
	return (int)raw_syscall(SYS_ioctl, fd, (long)request, (long)arg, 0, 0,
				0);
}

/* struct stat is the kernel's own on the 64-bit machines above. */
static inline int raw_fstat(int fd, struct stat *st)
{
#ifdef RAW_NEEDS_LIBC_SYSCALL
	int saved = errno;
	int ret = fstat(fd, st) ? -errno : 0;

	errno = saved;
	return ret;
#else
	return (int)raw_syscall(SYS_fstat, fd, (long)st, 0, 0, 0, 0);
#endif
}

/* Never waits: timeout 0. The number of descriptors with revents. */
static inline int raw_poll_now(struct pollfd *fds, unsigned n)
{
#ifdef SYS_poll
	return (int)raw_syscall(SYS_poll, (long)fds, (long)n, 0, 0, 0, 0);
#else
	struct timespec now = {0, 0};

	return (int)raw_syscall(SYS_ppoll, (long)fds, (long)n, (long)&now, 0, 0,
				0);
#endif
}

static inline int raw_socket(int domain, int type, int protocol)
{
	return (int)raw_syscall(SYS_socket, domain, type, protocol, 0, 0, 0);
}

static inline int raw_connect(int fd, const struct sockaddr *to, socklen_t len)
{
	return (int)raw_syscall(SYS_connect, fd, (long)to, (long)len, 0, 0, 0);
}

static inline int raw_getsockname(int fd, struct sockaddr *a, socklen_t *len)
{
	return (int)raw_syscall(SYS_getsockname, fd, (long)a, (long)len, 0, 0,
				0);
}

static inline int raw_getpeername(int fd, struct sockaddr *a, socklen_t *len)
{
	return (int)raw_syscall(SYS_getpeername, fd, (long)a, (long)len, 0, 0,
				0);
}

static inline int raw_getsockopt(int fd, int level, int name, void *value,
				 socklen_t *len)
{
	return (int)raw_syscall(SYS_getsockopt, fd, level, name, (long)value,
				(long)len, 0);
}

static inline ssize_t raw_sendto(int fd, const void *buf, size_t len, int flags,
				 const struct sockaddr *to, socklen_t to_len)
{
	return raw_syscall(SYS_sendto, fd, (long)buf, (long)len, flags,
			   (long)to, (long)to_len);
}

static inline ssize_t raw_recvfrom(int fd, void *buf, size_t len, int flags,
				   struct sockaddr *from, socklen_t *from_len)
{
	return raw_syscall(SYS_recvfrom, fd, (long)buf, (long)len, flags,
			   (long)from, (long)from_len);
}

/*
 * The kernel's signal set is 8 bytes on every machine named above, and a raw
 * call may also block the two signals that libc keeps for itself, so that
 * neither a handler nor a cancellation cuts in. old receives what was blocked.
 */
static inline int raw_block_these(uint64_t these, uint64_t *old)
{
	return (int)raw_syscall(SYS_rt_sigprocmask, 0 /* SIG_BLOCK */,
				(long)&these, (long)old, sizeof(these), 0, 0);
}

static inline void raw_block_signals(uint64_t *old)
{
	raw_block_these(~(uint64_t)0, old);
}

static inline void raw_restore_signals(const uint64_t *old)
{
	raw_syscall(SYS_rt_sigprocmask, 2 /* SIG_SETMASK */, (long)old, 0,
		    sizeof(*old), 0, 0);
}

#endif
