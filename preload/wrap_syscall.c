/* SPDX-License-Identifier: MIT */
/* wrap_syscall.c - calls made by number: Node closes its sockets this way. */
#include <errno.h>
#include <linux/close_range.h>
#include <linux/seccomp.h>
#include <stdarg.h>
#include <sys/syscall.h>

#include "relatives.h"
#include "watch.h"
#include "wrap_socket.h"

#ifndef PR_SET_SYSCALL_USER_DISPATCH
#define PR_SET_SYSCALL_USER_DISPATCH 59 /* Linux 5.11 */
#endif

struct arguments {
	long a[6];
	const void *caller;
};

/*
 * Those that come down to one of our own wrappers, which answer as the kernel
 * does: -1 and errno. Only calls that are no cancellation points: made by
 * number, none is. True if *result is the answer.
 */
static bool sharing(long number, const struct arguments *x, long *result)
{
	int fd = (int)x->a[0];

	switch (number) {
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
	case SYS_fcntl:
		if (x->a[1] != F_DUPFD && x->a[1] != F_DUPFD_CLOEXEC)
			return false;
		*result = fcntl(fd, (int)x->a[1], (int)x->a[2]);
		return true;
	case SYS_shutdown: *result = shutdown(fd, (int)x->a[1]); return true;
	case SYS_socket:
		*result = socket_for(x->caller, fd, (int)x->a[1], (int)x->a[2]);
		return true;
	case SYS_sendfile:
		*result = sendfile(fd, (int)x->a[1], (off_t *)x->a[2],
				   (size_t)x->a[3]);
		return true;
	case SYS_listen: *result = listen(fd, (int)x->a[1]); return true;
	case SYS_setsockopt:
		*result = setsockopt_for(x->caller, fd, (int)x->a[1],
					 (int)x->a[2], (const void *)x->a[3],
					 (socklen_t)x->a[4]);
		return true;
	default: return false;
	}
}

/* The name under which a call that sends is told; CALL_NONE for others. */
static enum rst_call sending(long number)
{
	switch (number) {
	case SYS_write: return CALL_write;
	case SYS_writev: return CALL_writev;
	case SYS_sendto: return CALL_sendto;
	case SYS_sendmsg: return CALL_sendmsg;
	case SYS_sendmmsg: return CALL_sendmmsg;
	default: return CALL_NONE;
	}
}

static enum rst_call receiving(long number)
{
	switch (number) {
	case SYS_read: return CALL_read;
	case SYS_readv: return CALL_readv;
	case SYS_recvfrom: return CALL_recvfrom;
	case SYS_recvmsg: return CALL_recvmsg;
	default: return CALL_NONE;
	}
}

static struct amount amount_of(long number, const struct arguments *x)
{
	switch (number) {
	case SYS_writev:
		return amount_parts((const void *)x->a[1], (int)x->a[2]);
	case SYS_sendmsg: return amount_message((const void *)x->a[1]);
	case SYS_sendmmsg:
		return x->a[3] & MSG_MORE
			       ? amount_unknown()
			       : amount_messages((const void *)x->a[1],
						 (unsigned)x->a[2]);
	default: return amount_buffer((const void *)x->a[1], (size_t)x->a[2]);
	}
}

static long forward(long number, const struct arguments *x)
{
	return LIBC(syscall)(number, x->a[0], x->a[1], x->a[2], x->a[3],
			     x->a[4], x->a[5]);
}

/* What goes through a UNIX socket beside the bytes. */
static long carrying(long number, const struct arguments *x)
{
	const struct msghdr *msg = (const void *)x->a[1];
	struct watch_passing passing = {.count = 0};
	long r;

	if (number == SYS_sendmsg)
		watch_passing(NULL, msg, 0, &passing);
	r = forward(number, x);
	if (number == SYS_sendmsg)
		watch_passed(&passing, r >= 0);
	else if (r >= 0 && msg->msg_controllen > 0)
		watch_arrived(msg, (int)x->a[2]);
	return r;
}

static long moving(long number, const struct arguments *x)
{
	const enum rst_call out = sending(number), in = receiving(number);
	const bool opens = number == SYS_sendto && x->a[3] & MSG_FASTOPEN;
	const struct sockaddr *to = (const void *)x->a[4];
	const int fd = (int)x->a[0];
	struct desc *d = out || in ? desc_tcp(fd) : NULL;
	const uint64_t life = d ? desc_life(d) : 0;
	struct watch_hold hold;
	long r;

	if (!d)
		return number == SYS_sendmsg || number == SYS_recvmsg
			       ? carrying(number, x)
			       : forward(number, x);
	if (in) {
		r = forward(number, x);
		/* 0 may also mean that there was no room: no end is noted. */
		watch_received(d, fd, in, life, NULL, r, false);
		return r;
	}
	if (opens)
		watch_connect(d, fd, out, to, (socklen_t)x->a[5]);
	hold = watch_send(d, fd, out, amount_of(number, x));
	r = forward(number, x);
	watch_sent(d, fd, out, life, r, hold);
	if (opens)
		watch_connected(d, fd, out, life, to, (socklen_t)x->a[5],
				r >= 0 ? 0 : -1, x->caller);
	return r;
}

/*
 * seccomp(2) only asks something, or is refused, where it hands no filter.
 * Dispatch to user space (Wine) lets calls pass by where they are made, and
 * libc's text is what a program knows of; 0 turns it off.
 */
static bool is_filter(long number, const struct arguments *x)
{
	if (number == SYS_seccomp)
		return x->a[0] == SECCOMP_SET_MODE_STRICT ||
		       (x->a[0] == SECCOMP_SET_MODE_FILTER && x->a[2]);
	if (number != SYS_prctl)
		return false;
	return (x->a[0] == PR_SET_SECCOMP &&
		(x->a[1] == SECCOMP_MODE_STRICT || x->a[2])) ||
	       (x->a[0] == PR_SET_SYSCALL_USER_DISPATCH && x->a[1]);
}

/* A child without fork(): what we have open may live on in it. */
static bool is_fork(long number)
{
	switch (number) {
	case SYS_clone:
#ifdef SYS_fork
	case SYS_fork:
	case SYS_vfork:
#endif
#ifdef SYS_clone3
	case SYS_clone3:
#endif
		return true;
	default: return false;
	}
}

static void before(long number, const struct arguments *x)
{
	/* Of one thread the end is that of all. */
	if (number == SYS_exit_group || (number == SYS_exit && !thread_any()))
		watch_exit(CALL__exit);
	else if (is_filter(number, x))
		watch_stop(CALL_prctl);
	else if (is_fork(number))
		watch_fork();
	else if (number == SYS_unshare && x->a[0] & CLONE_FILES)
		watch_split();
#ifdef SYS_pidfd_getfd
	else if (number == SYS_pidfd_getfd)
		relatives_take();
#endif
}

static long connecting(long number, const struct arguments *x)
{
	const struct sockaddr *to = (const void *)x->a[1];
	const int fd = (int)x->a[0];
	const socklen_t len = (socklen_t)x->a[2];
	struct desc *d = desc_tcp(fd);
	const uint64_t life = d ? desc_life(d) : 0;
	long r;

	if (d)
		watch_connect(d, fd, CALL_connect, to, len);
	r = forward(number, x);
	if (d)
		watch_connected(d, fd, CALL_connect, life, to, len, (int)r,
				x->caller);
	return r;
}

/* Those that give a descriptor whose number may have been another's. */
static bool gives(long number)
{
	switch (number) {
#ifdef SYS_accept
	case SYS_accept:
#endif
	case SYS_accept4:
#ifdef SYS_pidfd_getfd
	case SYS_pidfd_getfd:
#endif
		return true;
	default: return false;
	}
}

static long giving(long number, const struct arguments *x)
{
	long r = forward(number, x);

	if (r >= 0 && desc_limit > 0) {
		desc_forget((int)r);
		desc_tcp((int)r);
	}
	return r;
}

static long closing(long number, const struct arguments *x)
{
	if (UNLIKELY(watch_owns((int)x->a[0]))) {
		errno = EBADF;
		return -1;
	}
	watch_close((int)x->a[0], CALL_close);
	return forward(number, x);
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
	x.caller = CALLER();
	if (number == SYS_close)
		return closing(number, &x);
	if (sharing(number, &x, &result))
		return result;
	before(number, &x);
	if (number == SYS_connect)
		return connecting(number, &x);
	return gives(number) ? giving(number, &x) : moving(number, &x);
}

EXPORT int prctl(int option, ...)
{
	struct arguments x = {.a = {option}, .caller = CALLER()};
	va_list ap;

	va_start(ap, option);
	for (int i = 1; i < 5; i++)
		x.a[i] = va_arg(ap, long);
	va_end(ap);
	before(SYS_prctl, &x);
	return LIBC(prctl)(option, x.a[1], x.a[2], x.a[3], x.a[4]);
}
