/* SPDX-License-Identifier: MIT */
/* close_with_a_pending_io_uring_receive_resets_later.c - the ring holds the
 * last reference */
#include <linux/io_uring.h>
#include <stdint.h>
#include <sys/mman.h>

#include "tcp.h"

/* Where the kernel has a part of the ring: offset in the mapping which. */
static void *ring_part(int ring, off_t which, uint32_t offset)
{
	char *at = mmap(NULL, 65536, PROT_READ | PROT_WRITE, MAP_SHARED, ring,
			which);

	MUST(at != MAP_FAILED);
	return at + offset;
}

/* A receive on fd that waits; the ring holds the file until it is done. */
static void ring_receives(int fd)
{
	static char data[64];
	struct io_uring_params params = {0};
	int ring = (int)syscall(SYS_io_uring_setup, 1, &params);
	struct io_uring_sqe *sqe;
	uint32_t *tail, *array;

	MUST(ring >= 0);
	tail = ring_part(ring, IORING_OFF_SQ_RING, params.sq_off.tail);
	array = ring_part(ring, IORING_OFF_SQ_RING, params.sq_off.array);
	sqe = ring_part(ring, IORING_OFF_SQES, 0);
	sqe->opcode = IORING_OP_RECV;
	sqe->fd = fd;
	sqe->addr = (uintptr_t)data;
	sqe->len = sizeof(data);
	array[0] = 0;
	__atomic_store_n(tail, *tail + 1, __ATOMIC_RELEASE);
	MUST(syscall(SYS_io_uring_enter, ring, 1, 0, 0, NULL, 0) == 1);
}

int main(int argc, char **argv)
{
	struct pair p = tcp_pair(own_address(argc, argv));

	ring_receives(p.ours);
	tcp_linger(p.ours, 1, 0);
	SAY(close(p.ours));
	/* Nothing has happened yet. */
	SAY(has_state(p.theirs, TCP_ESTABLISHED));
	SAY(send(p.theirs, "hello", 5, 0));
	await(p.theirs, POLLHUP);
	return 0;
}
