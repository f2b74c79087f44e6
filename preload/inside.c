/* SPDX-License-Identifier: MIT */
/* inside.c - asks /proc in which calls the threads of a process wait. */
#include "rstwatch/inside.h"

#include <fcntl.h>
#include <poll.h>
#include <stddef.h>
#include <sys/select.h>
#include <sys/syscall.h>

#include "rstwatch/text.h"

#include "procfs.h"
#include "raw.h"
#include "temporary.h"

/*
 * Theory of operation. A thread inside a call on a descriptor holds the file:
 * a close by another thread only takes the number away, and what the close
 * would do happens when that call ends (kernel.md 3.14). No count of such
 * holders is to be had, but /proc/PID/task/TID/syscall tells of a thread that
 * waits which call it is in, and its arguments. epoll_wait() and io_uring are
 * not seen: the first holds nothing, the second can't be told. Of a thread that
 * was woken, whether it has had a processor since or not, it only says
 * "running".
 */
enum {
	THREADS_MAX = 256,
	ARGUMENTS = 6,
	POLLED_AT_ONCE = 64,
	POLLED_MAX = 4096,
};

struct inside {
	int32_t pid, except;
	int fd;
	int looked_at;
	bool waiting;
	bool is_blind; /* a thread polls more than could be read */
	bool (*runs)(void *arg, int32_t tid);
	void *arg;
};

struct call {
	long number;
	uint64_t argument[ARGUMENTS];
};

/* "7 0x7f... 0x1 ...": false for "running" and for "-1 ...". */
static bool call_parse(const char *p, struct call *c)
{
	if (*p < '0' || *p > '9')
		return false;
	for (c->number = 0; *p >= '0' && *p <= '9'; p++)
		c->number = c->number * 10 + (*p - '0');
	for (int i = 0; i < ARGUMENTS; i++) {
		c->argument[i] = 0;
		if (p[0] != ' ' || p[1] != '0' || p[2] != 'x')
			return false;
		for (p += 3; *p && *p != ' '; p++)
			c->argument[i] = c->argument[i] << 4 |
					 (uint64_t)(*p <= '9' ? *p - '0'
							      : *p - 'a' + 10);
	}
	return true;
}

/* In /proc/self where pid is 0: the numbers there may be another namespace's.
 */
static int proc_open(int32_t pid, const char *name, int flags)
{
	char path[64];
	struct rst_text t = rst_text_on(path, sizeof(path) - 1);

	rst_text_str(&t, "/proc/");
	if (pid)
		rst_text_i64(&t, pid);
	else
		rst_text_str(&t, "self");
	rst_text_str(&t, name);
	path[t.len] = '\0';
	return temporary_open(AT_FDCWD, path, flags);
}

/* Our own memory, too, through the kernel: the thread may be gone by now. */
static bool memory_read(const struct inside *in, uint64_t at, void *to,
			size_t size)
{
	int fd = proc_open(in->pid, "/mem", 0);
	long n = -1;

	if (fd >= 0) {
		n = raw_call(SYS_pread64, fd, to, size, at);
		raw_close(fd);
	}
	return n == (long)size;
}

/* A part of what is polled: count of them, from number `from` on. */
static bool is_among(struct inside *in, const struct call *c, uint64_t from,
		     uint64_t count)
{
	struct pollfd polled[POLLED_AT_ONCE] = {0};

	if (!memory_read(in, c->argument[0] + from * sizeof(polled[0]), polled,
			 count * sizeof(polled[0]))) {
		in->is_blind = true;
		return false;
	}
	for (uint64_t i = 0; i < count; i++)
		if (polled[i].fd == in->fd)
			return true;
	return false;
}

static bool is_polled(struct inside *in, const struct call *c)
{
	const uint64_t count = c->argument[1];

	for (uint64_t i = 0; i < count && i < POLLED_MAX; i += POLLED_AT_ONCE)
		if (is_among(in, c, i,
			     count - i < POLLED_AT_ONCE ? count - i
							: POLLED_AT_ONCE))
			return true;
	if (count > POLLED_MAX)
		in->is_blind = true;
	return false;
}

static bool is_selected(const struct inside *in, const struct call *c)
{
	const uint64_t word = (uint64_t)in->fd / NFDBITS * sizeof(long);
	unsigned long bits = 0;

	if ((uint64_t)in->fd >= c->argument[0])
		return false;
	for (int i = 1; i <= 3; i++)
		if (c->argument[i] &&
		    memory_read(in, c->argument[i] + word, &bits,
				sizeof(bits)) &&
		    bits >> (unsigned)in->fd % NFDBITS & 1)
			return true;
	return false;
}

static bool is_on(struct inside *in, const struct call *c)
{
	const uint64_t fd = (uint64_t)in->fd;

	switch (c->number) {
	case SYS_read:
	case SYS_readv:
	case SYS_recvfrom:
	case SYS_recvmsg:
	case SYS_recvmmsg:
	case SYS_write:
	case SYS_writev:
	case SYS_sendto:
	case SYS_sendmsg:
	case SYS_sendmmsg:
	case SYS_preadv2:
	case SYS_pwritev2:
	case SYS_accept:
	case SYS_accept4:
	case SYS_connect: return c->argument[0] == fd;
	case SYS_sendfile: return c->argument[0] == fd || c->argument[1] == fd;
	case SYS_splice: return c->argument[0] == fd || c->argument[2] == fd;
#ifdef SYS_poll
	case SYS_poll:
#endif
	case SYS_ppoll: return is_polled(in, c);
#ifdef SYS_select
	case SYS_select:
#endif
	case SYS_pselect6: return is_selected(in, c);
	default: return false;
	}
}

static bool is_inside(struct inside *in, int tid, const char *text)
{
	struct call c;

	if (call_parse(text, &c))
		return in->waiting && is_on(in, &c);
	return *text == 'r' && in->runs && in->runs(in->arg, tid);
}

static long thread_look(void *arg, int dir, int tid)
{
	struct inside *in = arg;
	char name[32], text[256];

	if (tid == in->except)
		return PROCFS_GO_ON;
	if (++in->looked_at > THREADS_MAX)
		return -1;
	procfs_name(name, sizeof(name), tid, "/syscall");
	if (procfs_read(dir, name, text, sizeof(text)) <= 0)
		return PROCFS_GO_ON;
	return is_inside(in, tid, text) ? tid : PROCFS_GO_ON;
}

int32_t rst_inside_find(int32_t pid, int32_t except, int fd, bool waiting,
			bool (*runs)(void *arg, int32_t tid), void *arg)
{
	struct inside in = {.pid = pid,
			    .except = except,
			    .fd = fd,
			    .waiting = waiting,
			    .runs = runs,
			    .arg = arg};
	int dir = proc_open(pid, "/task", O_DIRECTORY);
	long r;

	if (dir < 0)
		return -1;
	r = procfs_each(dir, thread_look, &in);
	raw_close(dir);
	return r < 0 || (r == 0 && in.is_blind) ? -1 : (int32_t)r;
}
