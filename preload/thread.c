/* SPDX-License-Identifier: MIT */
/* thread.c - asks /proc in which calls the other threads wait. */
#include "thread.h"

#include <fcntl.h>
#include <poll.h>
#include <stddef.h>
#include <sys/select.h>
#include <sys/syscall.h>

#include "process.h"
#include "procfs.h"
#include "raw.h"

/*
 * Theory of operation. A thread inside a call on a descriptor holds the file:
 * a close by another thread only takes the number away, and what the close
 * would do happens when that call ends (kernel.md 3.14). No count of such
 * holders is to be had, but /proc/self/task/TID/syscall tells of a thread that
 * waits which call it is in, and its arguments. epoll_wait() and io_uring are
 * not seen: the first holds nothing, the second can't be told.
 *
 * Of a thread that was woken, whether it has had a processor since or not, it
 * only says "running". Such a one may read what is unread, or accept what
 * waits, before its call lets go of the file: so the wrappers of these calls
 * note in the descriptor's slot who has entered. There is room for one; a
 * second leaves a mark, and then whoever runs may be in there. (One in poll()
 * takes nothing: the reset comes when it has returned.)
 */
enum { THREADS_MAX = 256, ARGUMENTS = 6, POLLED_MAX = 64 };

struct inside {
	int fd;
	int us;
	int looked_at;
	bool waiting;
	bool anyone;	/* who runs may have entered */
	uint16_t noted; /* of who runs only this one, 0 for none */
};

/* The lower half of a thread's number, and never 0. */
static uint16_t noted_as(int tid)
{
	uint16_t half = (uint16_t)tid;

	return half ? half : 1;
}

void thread_note(struct desc *d)
{
	uint16_t own = noted_as(process_thread());
	uint16_t before = DESC_GET(d->inside);

	if (before && before != own)
		desc_mark(d, DESC_CROWDED);
	DESC_SET(d->inside, own);
}

void thread_unnote(struct desc *d)
{
	if (DESC_GET(d->inside) == noted_as(process_thread()))
		DESC_SET(d->inside, 0);
}

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

/* Our own memory, through the kernel: the thread may be gone by now. */
static bool memory_read(uint64_t at, void *to, size_t size)
{
	int fd =
		raw_openat(AT_FDCWD, "/proc/self/mem", O_RDONLY | O_CLOEXEC, 0);
	long n = -1;

	if (fd >= 0) {
		n = raw_call(SYS_pread64, fd, to, size, at);
		raw_close(fd);
	}
	return n == (long)size;
}

static bool is_polled(const struct call *c, int fd)
{
	struct pollfd polled[POLLED_MAX] = {0};
	uint64_t count = c->argument[1];

	if (count > POLLED_MAX)
		count = POLLED_MAX;
	if (!memory_read(c->argument[0], polled, count * sizeof(polled[0])))
		return false;
	for (uint64_t i = 0; i < count; i++)
		if (polled[i].fd == fd)
			return true;
	return false;
}

static bool is_selected(const struct call *c, int fd)
{
	const uint64_t word = (uint64_t)fd / NFDBITS * sizeof(long);
	unsigned long bits = 0;

	if ((uint64_t)fd >= c->argument[0])
		return false;
	for (int i = 1; i <= 3; i++)
		if (c->argument[i] &&
		    memory_read(c->argument[i] + word, &bits, sizeof(bits)) &&
		    bits >> (unsigned)fd % NFDBITS & 1)
			return true;
	return false;
}

static bool is_on(const struct call *c, int fd)
{
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
	case SYS_accept:
	case SYS_accept4:
	case SYS_connect: return c->argument[0] == (uint64_t)fd;
	case SYS_sendfile:
		return c->argument[0] == (uint64_t)fd ||
		       c->argument[1] == (uint64_t)fd;
	case SYS_splice:
		return c->argument[0] == (uint64_t)fd ||
		       c->argument[2] == (uint64_t)fd;
#ifdef SYS_poll
	case SYS_poll:
#endif
	case SYS_ppoll: return is_polled(c, fd);
#ifdef SYS_select
	case SYS_select:
#endif
	case SYS_pselect6: return is_selected(c, fd);
	default: return false;
	}
}

static bool is_inside(const struct inside *in, int tid, const char *text)
{
	struct call c;

	if (call_parse(text, &c))
		return in->waiting && is_on(&c, in->fd);
	return *text == 'r' && (in->anyone || in->noted == noted_as(tid));
}

static long thread_look(void *arg, int dir, int tid)
{
	struct inside *in = arg;
	char name[32], text[256];

	if (tid == in->us)
		return PROCFS_GO_ON;
	if (++in->looked_at > THREADS_MAX)
		return -1;
	procfs_name(name, sizeof(name), tid, "/syscall");
	if (procfs_read(dir, name, text, sizeof(text)) <= 0)
		return PROCFS_GO_ON;
	return is_inside(in, tid, text) ? tid : PROCFS_GO_ON;
}

int32_t thread_inside(int fd, const struct desc *d, bool waiting)
{
	struct inside in = {.fd = fd,
			    .waiting = waiting,
			    .anyone = desc_has(d, DESC_CROWDED),
			    .noted = DESC_GET(d->inside)};
	long r;
	int dir;

	if (!thread_any() || (!waiting && !in.anyone && !in.noted))
		return 0;
	in.us = process_thread();
	dir = raw_openat(AT_FDCWD, "/proc/self/task",
			 O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
	if (dir < 0)
		return -1;
	r = procfs_each(dir, thread_look, &in);
	raw_close(dir);
	return r < 0 ? -1 : (int32_t)r;
}
