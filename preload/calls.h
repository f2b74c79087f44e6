/* SPDX-License-Identifier: MIT */
/* calls.h - the one list of libc functions that the preload wraps. */
#ifndef RSTWATCH_CALLS_H
#define RSTWATCH_CALLS_H

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

/*
 * To wrap one more call: one name here; one EXPORT definition in the wrap_*.c
 * it belongs to (a wrong prototype is a compile error, the types are libc's);
 * one program in tests/preload/programs. The list gives the enum, the table of
 * libc's own functions, and the test that the .so exports exactly these.
 *
 * Not here, because there is nothing to look at: fdopen() and fcloseall(), of
 * which glibc's closes nothing; vmsplice() and tee(), which take pipes alone;
 * preadv() and pwritev(), which a socket refuses; getsockopt(). And
 * pthread_cancel() is here for libc_is_direct()'s sake alone.
 *
 * X(name) is a call that a program makes under this name; F(name) is an alias
 * that headers put in its place (_FORTIFY_SOURCE, assert()), or that libc gives
 * it for the objects of other libraries: told under the plain name.
 */
#define RST_CALLS(X, F) \
	X(close) \
	X(close_range) \
	X(closefrom) \
	X(dup) \
	X(dup2) \
	X(dup3) \
	X(fcntl) \
	X(fcntl64) \
	X(fclose) \
	X(freopen) \
	X(freopen64) \
	X(fflush) \
	X(fflush_unlocked) \
	X(dprintf) \
	X(vdprintf) \
	X(shutdown) \
	X(socket) \
	X(connect) \
	X(listen) \
	X(accept) \
	X(accept4) \
	X(setsockopt) \
	X(read) \
	X(readv) \
	X(recv) \
	X(recvfrom) \
	X(recvmsg) \
	X(recvmmsg) \
	X(write) \
	X(writev) \
	X(send) \
	X(sendto) \
	X(sendmsg) \
	X(sendmmsg) \
	X(sendfile) \
	X(sendfile64) \
	X(splice) \
	X(preadv2) \
	X(preadv64v2) \
	X(pwritev2) \
	X(pwritev64v2) \
	X(exit) \
	X(_exit) \
	X(_Exit) \
	X(quick_exit) \
	X(abort) \
	X(daemon) \
	X(system) \
	X(popen) \
	X(unshare) \
	X(_Fork) \
	X(clone) \
	X(posix_spawn) \
	X(posix_spawnp) \
	X(execl) \
	X(execle) \
	X(execlp) \
	X(execv) \
	X(execve) \
	X(execvp) \
	X(execvpe) \
	X(fexecve) \
	X(execveat) \
	X(pidfd_getfd) \
	X(prctl) \
	X(syscall) \
	X(pthread_cancel) \
	F(__read_chk) \
	F(__recv_chk) \
	F(__recvfrom_chk) \
	F(__assert_fail) \
	F(__dprintf_chk) \
	F(__vdprintf_chk) \
	F(__clone) \
	F(__close) \
	F(__connect) \
	F(__dup2) \
	F(__fcntl) \
	F(__read) \
	F(__send) \
	F(__write) \
	F(_IO_fclose) \
	F(_IO_fflush)

/* libc declares these only to fortified callers; debug/read_chk.c etc. */
ssize_t __read_chk(int fd, void *buf, size_t n, size_t buflen);
ssize_t __recv_chk(int fd, void *buf, size_t n, size_t buflen, int flags);
ssize_t __recvfrom_chk(int fd, void *buf, size_t n, size_t buflen, int flags,
		       __SOCKADDR_ARG addr, socklen_t *len);
void __assert_fail(const char *assertion, const char *file, unsigned line,
		   const char *function) __attribute__((noreturn));
int __dprintf_chk(int fd, int flag, const char *format, ...);
int __vdprintf_chk(int fd, int flag, const char *format, va_list ap);

enum rst_call {
	CALL_NONE,
#define X(name) CALL_##name,
	RST_CALLS(X, X)
#undef X
		CALL_COUNT
};

/* The name as the program called it; NULL for CALL_NONE. */
const char *call_name(enum rst_call call);

#endif
