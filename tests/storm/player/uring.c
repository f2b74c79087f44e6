/* SPDX-License-Identifier: MIT */
/* uring.c - calls that pass by libc: through an io_uring, one at a time. */
#include <linux/io_uring.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "play.h"

/* What a ring of one entry needs; the kernel says where each thing lies. */
struct ring {
	int fd;
	uint8_t *sq, *cq;
	struct io_uring_sqe *sqe;
	struct io_uring_params p;
};

enum { MAPPED = 4096 };

static void *map(int fd, off_t what)
{
	return mmap(NULL, MAPPED, PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_POPULATE, fd, what);
}

static void unmap(void *at)
{
	if (at != MAP_FAILED)
		munmap(at, MAPPED);
}

static void ring_close(struct ring *r)
{
	unmap(r->sq);
	unmap(r->cq);
	unmap(r->sqe);
	close(r->fd);
}

static bool ring_open(struct ring *r)
{
	*r = (struct ring){.fd = -1};
	r->fd = (int)syscall(SYS_io_uring_setup, 1, &r->p);
	if (r->fd < 0)
		return false;
	r->sq = map(r->fd, IORING_OFF_SQ_RING);
	r->cq = map(r->fd, IORING_OFF_CQ_RING);
	r->sqe = map(r->fd, IORING_OFF_SQES);
	if ((void *)r->sq != MAP_FAILED && (void *)r->cq != MAP_FAILED &&
	    (void *)r->sqe != MAP_FAILED)
		return true;
	ring_close(r);
	return false;
}

/* Does it and waits for it: the result, or a negative errno. */
static long ring_do(struct ring *r, const struct io_uring_sqe *what)
{
	uint32_t *tail = (void *)(r->sq + r->p.sq_off.tail);
	uint32_t *array = (void *)(r->sq + r->p.sq_off.array);
	const struct io_uring_cqe *done = (void *)(r->cq + r->p.cq_off.cqes);

	*r->sqe = *what;
	array[0] = 0;
	__atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
	if (syscall(SYS_io_uring_enter, r->fd, 1, 1, IORING_ENTER_GETEVENTS,
		    NULL, 0) != 1)
		return -errno;
	return done->res;
}

static long uring_do(const struct io_uring_sqe *what)
{
	struct ring r;
	long result;

	if (!ring_open(&r))
		return -errno;
	result = ring_do(&r, what);
	ring_close(&r);
	return result;
}

void uring_send(struct end *e, const void *bytes, size_t n)
{
	const struct io_uring_sqe what = {.opcode = IORING_OP_SEND,
					  .fd = e->fd,
					  .addr = (uintptr_t)bytes,
					  .len = (uint32_t)n,
					  .msg_flags = MSG_DONTWAIT};

	ENTERED(e, uring_send, n, uring_do(&what));
}

void uring_shutdown(struct end *e, int how)
{
	const struct io_uring_sqe what = {.opcode = IORING_OP_SHUTDOWN,
					  .fd = e->fd,
					  .len = (uint32_t)how};

	ENTERED(e, uring_shutdown, how, uring_do(&what));
}

void uring_close(struct end *e)
{
	const struct io_uring_sqe what = {.opcode = IORING_OP_CLOSE,
					  .fd = e->fd};

	if (ENTERED(e, uring_close, 0, uring_do(&what)) == 0)
		e->fd = -1;
}
