/* SPDX-License-Identifier: MIT */
/* each_call_is_told_by_its_name.c - NAME: makes that call; prints what is to be
 * in the log because of it. */
#include <assert.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sched.h>
#include <spawn.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>

#include "trap.h"

/* What headers put in place of the plain names, and the names behind them. */
ssize_t __read_chk(int fd, void *buf, size_t n, size_t room);
ssize_t __recv_chk(int fd, void *buf, size_t n, size_t room, int flags);
ssize_t __recvfrom_chk(int fd, void *buf, size_t n, size_t room, int flags,
		       struct sockaddr *addr, socklen_t *len);

int __dprintf_chk(int fd, int flag, const char *format, ...);
int __vdprintf_chk(int fd, int flag, const char *format, va_list ap);
extern __typeof__(clone) __clone;
extern __typeof__(close) __close;
extern __typeof__(connect) __connect;
extern __typeof__(dup2) __dup2;
extern __typeof__(fcntl) __fcntl;
extern __typeof__(read) __read;
extern __typeof__(send) __send;
extern __typeof__(write) __write;
extern __typeof__(fclose) _IO_fclose;
extern __typeof__(fflush) _IO_fflush;

extern char **environ;

static int fd[2], other;
static char buf[16] = "text";
static char *const argv[] = {buf, NULL};
static struct iovec part = {buf, 4};
static struct mmsghdr messages[1] = {
	{.msg_hdr = {.msg_iov = &part, .msg_iovlen = 1}}};
static const char program[] = "/bin/true";

/* At once: some of these calls are the last. */
static void say(long result)
{
	int n = dprintf(STDOUT_FILENO, "%ld %s\n", result,
			result < 0 ? strerror(errno) : "");

	CHECK(n > 0);
}

static FILE *stream(int of)
{
	FILE *f = fdopen(of, "r+");

	CHECK(f);
	return f;
}

static void flush(int (*by)(FILE *))
{
	FILE *f = stream(fd[0]);

	say(fputs(buf, f) >= 0);
	say(by(f));
}

static void print(int (*checked)(int, int, const char *, va_list), ...)
{
	va_list ap;

	va_start(ap, checked);
	say(checked ? checked(fd[0], 1, "%s", ap) : vdprintf(fd[0], "%s", ap));
	va_end(ap);
}

/* A file that has something to send, and stands at its start. */
static int file(void)
{
	int f = memfd_create("text", 0);

	CHECK(f >= 0 && write(f, buf, 4) == 4 && lseek(f, 0, SEEK_SET) == 0);
	return f;
}

static int pipe_with_text(void)
{
	int end[2];

	CHECK(pipe(end) == 0 && write(end[1], buf, 4) == 4);
	return end[0];
}

static int program_open(void)
{
	return open(program, O_RDONLY | O_CLOEXEC);
}

/* The last descriptor of the connection is another: it is the one that ends. */
static void end_by(int last)
{
	CHECK(last >= 0 && close(fd[1]) == 0 && close(last) == 0);
}

static void end_accepted(int accepted)
{
	char c = 'c';

	CHECK(accepted >= 0 && write(other, &c, 1) == 1);
	CHECK(recv(accepted, &c, 1, MSG_PEEK) == 1 && close(accepted) == 0);
}

/* The listener, and a client of it that waits to be accepted. */
static int waiting(void)
{
	struct sockaddr_in addr;
	int l = listener(&addr);

	other = socket(AF_INET, SOCK_STREAM, 0);
	CHECK(connect(other, (void *)&addr, sizeof(addr)) == 0);
	return l;
}

static void connect_to_nobody(__typeof__(connect) *by)
{
	struct sockaddr_in addr = {.sin_family = AF_INET, .sin_port = htons(1)};

	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	other = socket(AF_INET, SOCK_STREAM, 0);
	CHECK(by(other, (void *)&addr, sizeof(addr)) == -1);
}

static void linger_zero(void)
{
	const struct linger zero = {1, 0};

	CHECK(recv(fd[1], buf, 5, 0) == 5);
	CHECK(setsockopt(fd[1], SOL_SOCKET, SO_LINGER, &zero, sizeof(zero)) ==
	      0);
	CHECK(close(fd[1]) == 0);
}

static void allow_everything(void)
{
	struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
	struct sock_fprog prog = {1, &allow};

	CHECK(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	CHECK(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog, 0, 0) == 0);
}

static void fail(void)
{
	CHECK(close(2) == 0);
	__assert_fail("it", "file.c", 1, "fail");
}

/* In a child, whose own child the daemon is; both are waited for. */
static void become_daemon(void)
{
	int end[2];
	char c;

	CHECK(pipe(end) == 0);
	if (fork() == 0) {
		CHECK(daemon(1, 1) == 0 && close(fd[0]) == 0);
		reset_once();
		_exit(0);
	}
	CHECK(close(end[1]) == 0 && read(end[0], &c, 1) == 0);
}

static int end_at_once(void *unused)
{
	(void)unused;
	_exit(0);
}

static void end_beside(pid_t child)
{
	if (child == 0)
		end_at_once(NULL);
	CHECK(child > 0 && waitpid(child, NULL, 0) == child);
	CHECK(close(fd[1]) == 0);
}

static pid_t child_by(__typeof__(clone) *by)
{
	static char stack[65536] __attribute__((aligned(16)));

	return by(end_at_once, stack + sizeof(stack), SIGCHLD, NULL);
}

static void spawn(int in_path)
{
	pid_t pid;

	CHECK((in_path ? posix_spawnp(&pid, "true", NULL, NULL, argv, environ)
		       : posix_spawn(&pid, program, NULL, NULL, argv,
				     environ)) == 0);
	CHECK(waitpid(pid, NULL, 0) == pid && close(fd[1]) == 0);
}

static void *wait_for_ever(void *unused)
{
	pause();
	return unused;
}

static void cancel(void)
{
	pthread_t thread;

	CHECK(pthread_create(&thread, NULL, wait_for_ever, NULL) == 0);
	say(pthread_cancel(thread));
	CHECK(pthread_join(thread, NULL) == 0);
	say(close(fd[1]));
}

static int by_pidfd(void)
{
	int pidfd = pidfd_open(getpid(), 0);

	CHECK(pidfd >= 0);
	return pidfd_getfd(pidfd, fd[1], 0);
}

/*
 * UNREAD: 5 bytes wait at fd[1], and the call ends it or is on the way to its
 * end. CLOSED: fd[1] is closed, the call sends to it. RESET: fd[1] was reset,
 * the call receives ECONNRESET.
 */
enum kind { UNREAD, CLOSED, RESET };

/* X(name, kind, what the log then names, what is done) */
#define CALLS(X) \
	X(close, UNREAD, close, say(close(fd[1]))) \
	X(close_range, UNREAD, close_range, \
	  say(close_range((unsigned)fd[1], (unsigned)fd[1], 0))) \
	X(closefrom, UNREAD, closefrom, closefrom(fd[1])) \
	X(dup, UNREAD, close, end_by(dup(fd[1]))) \
	X(dup2, UNREAD, dup2, say(dup2(0, fd[1]))) \
	X(dup3, UNREAD, dup3, say(dup3(0, fd[1], O_CLOEXEC))) \
	X(fcntl, UNREAD, close, end_by(fcntl(fd[1], F_DUPFD, 30))) \
	X(fcntl64, UNREAD, close, end_by(fcntl64(fd[1], F_DUPFD_CLOEXEC, 30))) \
	X(fclose, UNREAD, fclose, say(fclose(stream(fd[1])))) \
	X(freopen, UNREAD, freopen, \
	  say(!!freopen("/dev/null", "r", stream(fd[1])))) \
	X(freopen64, UNREAD, freopen64, \
	  say(!!freopen64("/dev/null", "r", stream(fd[1])))) \
	X(shutdown, UNREAD, shutdown, say(shutdown(waiting(), SHUT_RD))) \
	X(socket, UNREAD, connect, connect_to_nobody(connect)) \
	X(connect, UNREAD, connect, connect_to_nobody(connect)) \
	X(listen, UNREAD, close, say(close(waiting()))) \
	X(accept, UNREAD, close, end_accepted(accept(waiting(), NULL, NULL))) \
	X(accept4, UNREAD, close, \
	  end_accepted(accept4(waiting(), NULL, NULL, SOCK_CLOEXEC))) \
	X(setsockopt, UNREAD, close, linger_zero()) \
	X(exit, UNREAD, exit, exit(3)) \
	X(_exit, UNREAD, _exit, _exit(3)) \
	X(_Exit, UNREAD, _Exit, _Exit(3)) \
	X(quick_exit, UNREAD, quick_exit, quick_exit(3)) \
	X(abort, UNREAD, abort, abort()) \
	X(__assert_fail, UNREAD, abort, fail()) \
	X(daemon, UNREAD, close, become_daemon()) \
	X(system, UNREAD, close, end_by(system("exit 3") ? fd[1] : -1)) \
	X(popen, UNREAD, close, end_by(pclose(popen("", "r")) ? -1 : fd[1])) \
	X(unshare, UNREAD, close, end_by(unshare(CLONE_FILES) ? -1 : fd[1])) \
	X(_Fork, UNREAD, close, end_beside(_Fork())) \
	X(clone, UNREAD, close, end_beside(child_by(clone))) \
	X(__clone, UNREAD, close, end_beside(child_by(__clone))) \
	X(posix_spawn, UNREAD, close, spawn(0)) \
	X(posix_spawnp, UNREAD, close, spawn(1)) \
	X(execl, UNREAD, execl, execl(program, buf, (char *)NULL)) \
	X(execle, UNREAD, execle, execle(program, buf, (char *)NULL, environ)) \
	X(execlp, UNREAD, execlp, execlp("true", buf, (char *)NULL)) \
	X(execv, UNREAD, execv, execv(program, argv)) \
	X(execve, UNREAD, execve, execve(program, argv, environ)) \
	X(execvp, UNREAD, execvp, execvp("true", argv)) \
	X(execvpe, UNREAD, execvpe, execvpe("true", argv, environ)) \
	X(fexecve, UNREAD, fexecve, fexecve(program_open(), argv, environ)) \
	X(execveat, UNREAD, execveat, \
	  execveat(AT_FDCWD, program, argv, environ, 0)) \
	X(pidfd_getfd, UNREAD, close, end_by(by_pidfd())) \
	X(pthread_cancel, UNREAD, close, cancel()) \
	X(prctl, UNREAD, prctl, allow_everything()) \
	X(syscall, UNREAD, close, say(syscall(SYS_close, fd[1]))) \
	X(fflush, CLOSED, fflush, flush(fflush)) \
	X(fflush_unlocked, CLOSED, fflush_unlocked, flush(fflush_unlocked)) \
	X(_IO_fflush, CLOSED, fflush, flush(_IO_fflush)) \
	X(dprintf, CLOSED, dprintf, say(dprintf(fd[0], "%s", buf))) \
	X(vdprintf, CLOSED, vdprintf, print(NULL, buf)) \
	X(__dprintf_chk, CLOSED, dprintf, \
	  say(__dprintf_chk(fd[0], 1, "%s", buf))) \
	X(__vdprintf_chk, CLOSED, vdprintf, print(__vdprintf_chk, buf)) \
	X(__close, UNREAD, close, say(__close(fd[1]))) \
	X(__connect, UNREAD, connect, connect_to_nobody(__connect)) \
	X(__dup2, UNREAD, dup2, say(__dup2(0, fd[1]))) \
	X(__fcntl, UNREAD, close, end_by(__fcntl(fd[1], F_DUPFD, 30))) \
	X(__read, RESET, read, say(__read(fd[0], buf, 4))) \
	X(__send, CLOSED, send, say(__send(fd[0], buf, 4, 0))) \
	X(__write, CLOSED, write, say(__write(fd[0], buf, 4))) \
	X(_IO_fclose, UNREAD, fclose, say(_IO_fclose(stream(fd[1])))) \
	X(write, CLOSED, write, say(write(fd[0], buf, 4))) \
	X(writev, CLOSED, writev, say(writev(fd[0], &part, 1))) \
	X(send, CLOSED, send, say(send(fd[0], buf, 4, 0))) \
	X(sendto, CLOSED, sendto, say(sendto(fd[0], buf, 4, 0, NULL, 0))) \
	X(sendmsg, CLOSED, sendmsg, \
	  say(sendmsg(fd[0], &messages[0].msg_hdr, 0))) \
	X(sendmmsg, CLOSED, sendmmsg, say(sendmmsg(fd[0], messages, 1, 0))) \
	X(sendfile, CLOSED, sendfile, say(sendfile(fd[0], file(), NULL, 4))) \
	X(sendfile64, CLOSED, sendfile64, \
	  say(sendfile64(fd[0], file(), NULL, 4))) \
	X(splice, CLOSED, splice, \
	  say(splice(pipe_with_text(), NULL, fd[0], NULL, 4, 0))) \
	X(pwritev2, CLOSED, pwritev2, say(pwritev2(fd[0], &part, 1, -1, 0))) \
	X(pwritev64v2, CLOSED, pwritev64v2, \
	  say(pwritev64v2(fd[0], &part, 1, -1, 0))) \
	X(read, RESET, read, say(read(fd[0], buf, 4))) \
	X(readv, RESET, readv, say(readv(fd[0], &part, 1))) \
	X(recv, RESET, recv, say(recv(fd[0], buf, 4, 0))) \
	X(recvfrom, RESET, recvfrom, \
	  say(recvfrom(fd[0], buf, 4, 0, NULL, NULL))) \
	X(recvmsg, RESET, recvmsg, \
	  say(recvmsg(fd[0], &messages[0].msg_hdr, 0))) \
	X(recvmmsg, RESET, recvmmsg, \
	  say(recvmmsg(fd[0], messages, 1, 0, NULL))) \
	X(preadv2, RESET, preadv2, say(preadv2(fd[0], &part, 1, -1, 0))) \
	X(preadv64v2, RESET, preadv64v2, \
	  say(preadv64v2(fd[0], &part, 1, -1, 0))) \
	X(__read_chk, RESET, read, say(__read_chk(fd[0], buf, 4, 16))) \
	X(__recv_chk, RESET, recv, say(__recv_chk(fd[0], buf, 4, 16, 0))) \
	X(__recvfrom_chk, RESET, recvfrom, \
	  say(__recvfrom_chk(fd[0], buf, 4, 16, 0, NULL, NULL)))

#define X(name, kind, told, ...) \
	static void make_##name(void) \
	{ \
		__VA_ARGS__; \
	}
CALLS(X)
#undef X

static const struct call {
	const char *name;
	enum kind kind;
	const char *told;
	void (*make)(void);
} calls[] = {
#define X(name, kind, told, ...) {#name, kind, #told, make_##name},
	CALLS(X)
#undef X
};

static void get_ready(enum kind kind)
{
	struct pollfd p;

	if (kind == CLOSED)
		tcp_pair(fd);
	else
		unread_pair(fd);
	CHECK(fcntl(fd[1], F_SETFD, FD_CLOEXEC) == 0);
	if (kind == UNREAD)
		return;
	CHECK(close(fd[1]) == 0);
	p = (struct pollfd){.fd = fd[0], .events = POLLRDHUP};
	CHECK(poll(&p, 1, 5000) == 1);
}

int main(int argc, char **args)
{
	for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++) {
		if (argc < 2 || strcmp(calls[i].name, args[1]) != 0)
			continue;
		CHECK(dprintf(STDOUT_FILENO, "%s\n", calls[i].told) > 0);
		get_ready(calls[i].kind);
		calls[i].make();
		return 0;
	}
	return 98;
}
